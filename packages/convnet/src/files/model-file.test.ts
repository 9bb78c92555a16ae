import { Tensor } from '@convnet/tensor';
import { describe, expect, test } from 'vitest';
import { conv2d, createPreset, dense, flatten, sequential, softmax } from '../index.ts';
import { decodeModel } from '../model/decode-model.ts';
import { encodeModel } from './encode-model.ts';
import { ModelFileError } from './model-file-error.ts';
import { readSafetensors } from './number-formats.ts';
import { writeSafetensors } from './safetensors.ts';

function smallModel() {
  const model = sequential({
    name: 'small',
    inputShape: [4, 5, 2],
    layers: [
      conv2d({ filters: 3, kernelSize: 2, padding: 'same' }),
      flatten(),
      dense({ units: 2 }),
      softmax(),
    ],
    seed: 5,
  });
  model.info = {
    classNames: ['cat', 'dog "convnet.crc32":"00000000"'],
    preprocessing: { mean: 0.25, standardDeviation: 0.5 },
    testAccuracy: 0.975,
    trainedOn: 'pets',
  };
  return model;
}

test('two classes of one name are neither written nor read', () => {
  const model = smallModel();
  model.info = { classNames: ['cat', 'cat'] };
  expect(() => encodeModel(model)).toThrow(ModelFileError);
  const changed = withMetadata((metadata) => {
    metadata.set('convnet.classes', '["cat","cat"]');
  });
  expect(() => decodeModel(changed)).toThrow(
    'convnet.classes: expected a list of 2 different strings; received ["cat","cat"].',
  );
});

/** The file with other metadata and without a checksum. */
function withMetadata(
  change: (metadata: Map<string, string>) => void,
  tensors?: Map<string, Tensor>,
) {
  const { tensors: kept, metadata } = readSafetensors(encodeModel(smallModel()));
  const changed = new Map(metadata);
  changed.delete('convnet.crc32');
  change(changed);
  return writeSafetensors({ tensors: tensors ?? kept, metadata: changed });
}

describe('a model file', () => {
  test('brings back the same network', () => {
    const model = smallModel();
    const bytes = encodeModel(model);
    const loaded = decodeModel(bytes);
    expect(loaded.config()).toEqual(model.config());
    expect(loaded.info).toEqual(model.info);
    const x = Tensor.zeros([3, 4, 5, 2]);
    x.data.forEach((_, i) => (x.data[i] = Math.sin(i)));
    expect(loaded.predict(x).data).toEqual(model.predict(x).data);
    expect(encodeModel(loaded)).toEqual(bytes);
  });

  test.each(['simple', 'lenet5', 'cnn'] as const)('brings back preset %s', (preset) => {
    const bytes = encodeModel(createPreset(preset, { seed: 3 }));
    expect(encodeModel(decodeModel(bytes))).toEqual(bytes);
  });

  test('names and lays out weights as PyTorch does', () => {
    const model = smallModel();
    const { tensors, metadata } = readSafetensors(encodeModel(model));
    expect([...tensors].map(([name, { shape }]) => [name, shape])).toEqual([
      ['conv1.bias', [3]],
      ['conv1.weight', [3, 2, 2, 2]],
      ['dense1.bias', [2]],
      ['dense1.weight', [2, 60]],
    ]);
    const [kernel] = model.layers[0]!.parameters;
    const [weight] = model.layers[2]!.parameters;
    // Filter 2, channel 1, row 0, column 1 of [K, C, R, S] and of [R, S, C, K].
    expect(tensors.get('conv1.weight')!.data[((2 * 2 + 1) * 2 + 0) * 2 + 1]).toBe(
      kernel!.value.data[((0 * 2 + 1) * 2 + 1) * 3 + 2],
    );
    // Unit 1, channel 2, row 3, column 4 of [K, C·H·W] and of [H·W·C, K].
    expect(tensors.get('dense1.weight')!.data[60 + (2 * 4 + 3) * 5 + 4]).toBe(
      weight!.value.data[((3 * 5 + 4) * 3 + 2) * 2 + 1],
    );
    expect(metadata.get('format')).toBe('pt');
    expect([...metadata.keys()]).toEqual([...metadata.keys()].sort());
  });

  test('stays as it was when it is read from a Buffer', () => {
    const bytes = encodeModel(smallModel());
    const buffer = Buffer.from(bytes);
    for (let i = 0; i < 2; i++) expect(decodeModel(buffer).name).toBe('small');
    expect(new Uint8Array(buffer)).toEqual(bytes);
  });

  test('is refused when any bit is flipped', () => {
    const bytes = encodeModel(smallModel());
    for (let i = 0; i < bytes.length; i++) {
      const flipped = bytes.slice();
      flipped[i]! ^= 1 << (i % 8);
      let refused = false;
      try {
        // A flip in the name of the checksum makes an unknown key of it, and changes nothing else.
        refused = !readSafetensors(flipped).metadata.has('convnet.crc32');
        decodeModel(flipped);
      } catch (error) {
        expect(error).toBeInstanceOf(ModelFileError);
        refused = true;
      }
      if (!refused) expect.fail(`bit ${i % 8} of byte ${i} can flip unnoticed`);
    }
  });

  test('is refused when it is cut anywhere', () => {
    const bytes = encodeModel(smallModel());
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeModel(bytes.subarray(0, length))).toThrow(ModelFileError);
    }
  });

  test('is not written with weights that are not finite', () => {
    const model = smallModel();
    model.parameters[3]!.value.data[1] = NaN;
    expect(() => encodeModel(model)).toThrow(
      'tensor "dense1.bias": expected finite numbers; element 1 is NaN.',
    );
  });

  test('says where it comes from and what is wrong', () => {
    const bytes = encodeModel(smallModel());
    bytes[bytes.length - 1]! ^= 64;
    expect(() => decodeModel(bytes, { source: 'pets.safetensors' })).toThrow(
      /^pets\.safetensors: the file is damaged: expected checksum [0-9a-f]{8}; its bytes give [0-9a-f]{8}\./,
    );
    expect(() => decodeModel(new TextEncoder().encode('<html>hello</html>'))).toThrow(
      'model file: not a safetensors file',
    );
  });
});

describe('refuses', () => {
  const config = (change: (config: Record<string, unknown>) => void) =>
    withMetadata((metadata) => {
      const value = JSON.parse(metadata.get('convnet.config')!) as Record<string, unknown>;
      change(value);
      metadata.set('convnet.config', JSON.stringify(value));
    });
  const layer = (change: Record<string, unknown>) =>
    config((value) => Object.assign((value['layers'] as object[])[0]!, change));
  const metadata = (key: string, text: string) => withMetadata((map) => map.set(key, text));
  const tensors = (change: (map: Map<string, Tensor>) => void) => {
    const map = new Map(readSafetensors(encodeModel(smallModel())).tensors);
    change(map);
    return withMetadata(() => undefined, map);
  };

  test('nothing that is right', () => {
    expect(decodeModel(withMetadata(() => undefined)).name).toBe('small');
  });

  test.each<[string, Uint8Array, RegExp]>([
    ['weights alone', withMetadata((map) => map.delete('convnet.config')), /no convnet\.config/],
    ['a newer version', metadata('convnet.version', '3'), /file version 1 or 2; received 3/],
    ['a broken config', metadata('convnet.config', '{'), /convnet\.config: expected JSON/],
    ['a config of another kind', metadata('convnet.config', '[]'), /expected \{name, inputShape/],
    ['an unknown layer', layer({ type: 'constructor' }), /unknown layer type "constructor"/],
    [
      'an unknown option',
      layer({ rows: 2 }),
      /conv2d option: expected one of .*; received "rows"\. If a newer release has written/,
    ],
    ['an impossible option', layer({ filters: 0 }), /conv2d filters: expected a whole number/],
    ['an option of another type', layer({ useBias: 1 }), /conv2d useBias: expected true or false/],
    ['an unknown initializer', layer({ kernelInitializer: 'toString' }), /expected one of glorot/],
    [
      'more filters than weights',
      layer({ filters: 2 ** 24 }),
      /fewer weights than its architecture/,
    ],
    [
      'filters without measure',
      layer({ filters: 1e9 }),
      /conv2d filters: expected a whole number of at most 16777216; received 1000000000/,
    ],
    [
      'a window without measure',
      layer({ padding: 'same', dilationRate: [1e6, 1] }),
      /conv2d "conv1": expected windows that reach at most 32768 positions beyond an input/,
    ],
    [
      'a window whose padding fills the memory',
      layer({ padding: 'same', dilationRate: [2e4, 2e4] }),
      /layers that take, for a sample, at most 268435456 numbers of memory/,
    ],
    [
      'other layers than weights',
      layer({ filters: 2 }),
      /tensor "conv1\.weight": expected shape \[2, 2, 2, 2\]/,
    ],
    [
      'an impossible input',
      config((value) => (value['inputShape'] = [4, 5])),
      /expected input \[N, H, W, C\]/,
    ],
    [
      'a missing tensor',
      tensors((map) => map.delete('conv1.bias')),
      /fewer weights|no such tensor/,
    ],
    [
      'an extra tensor',
      tensors((map) => map.set('x', Tensor.zeros([1]))),
      /"x" belongs to no layer/,
    ],
    ['NaN', tensors((map) => (map.get('conv1.bias')!.data[1] = NaN)), /element 1 is NaN/],
    [
      'Infinity',
      tensors((map) => (map.get('conv1.bias')!.data[0] = Infinity)),
      /element 0 is Infinity/,
    ],
    ['too few class names', metadata('convnet.classes', '["a"]'), /a list of 2 different strings/],
    [
      'a deviation of 0',
      metadata('convnet.preprocess', '{"mean":0,"standardDeviation":0}'),
      /above 0/,
    ],
    ['an accuracy in percent', metadata('convnet.test_accuracy', '97.5'), /from 0 to 1/],
  ])('%s', (_, bytes, message) => {
    expect(() => decodeModel(bytes)).toThrow(ModelFileError);
    expect(() => decodeModel(bytes)).toThrow(message);
  });
});
