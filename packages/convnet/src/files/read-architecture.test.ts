/** Model files of networks whose layers form a graph. */
import { RandomStreams, Tensor } from '@convnet/tensor';
import { describe, expect, test } from 'vitest';
import { knottyNetwork, residualNetwork } from '../../test/branching-networks.ts';
import {
  adam,
  conv2d,
  decodeModel,
  dense,
  encodeModel,
  flatten,
  functional,
  layers,
  ModelFileError,
  readSafetensors,
  relu,
  Sequential,
  softmax,
  writeSafetensors,
  type FunctionalConfig,
  type LayerConfig,
  type NodeConfig,
} from '../index.ts';
import { decodeModel as decodeForInference } from '../inference/all.ts';

function normal(shape: readonly number[]): Tensor {
  const random = new RandomStreams(3).stream('read architecture test');
  const x = Tensor.zeros(shape);
  for (let i = 0; i < x.size; i++) x.data[i] = random.normal();
  return x;
}

const labels = (count: number, classes: number) =>
  Uint8Array.from({ length: count }, (_, n) => n % classes);

describe('a file of a graph', () => {
  test.each([
    [
      'residual',
      () =>
        residualNetwork({ inputShape: [9, 9, 1], filters: [2, 3], blocks: 1, classes: 3, seed: 1 }),
    ],
    ['with every join', () => knottyNetwork({ seed: 1, name: 'knotty' })],
  ])('%s brings back the same network', (_, make) => {
    const network = make();
    network.info = { trainedOn: 'noise' };
    const bytes = encodeModel(network);
    const x = normal([4, ...network.inputShape]);
    const loaded = decodeModel(bytes);
    expect(loaded.config()).toEqual(network.config());
    expect(loaded.info).toEqual(network.info);
    expect(loaded.predict(x).data).toEqual(network.predict(x).data);
    expect(encodeModel(loaded)).toEqual(bytes);
    expect(decodeForInference(bytes).predict(x).data).toEqual(network.predict(x).data);
  });

  test('is trained on as if it had never been saved', async () => {
    const network = residualNetwork({
      inputShape: [7, 7, 1],
      filters: [2, 3],
      blocks: 1,
      classes: 3,
      seed: 0,
    });
    const loaded = decodeModel(encodeModel(network));
    const x = normal([20, 7, 7, 1]);
    for (const each of [network, loaded]) {
      each.compile({ optimizer: adam(), loss: 'sparseCategoricalCrossentropy' });
      await each.fit(x, labels(20, 3), { epochs: 2, batchSize: 6 });
    }
    expect(encodeModel(loaded)).toEqual(encodeModel(network));
  });
});

/** conv1 → relu1, joined by add1, then a head. */
function smallGraph() {
  const x = layers.input({ shape: [4, 4, 2] });
  const y = conv2d({ filters: 2, kernelSize: 1 }).apply(x);
  const z = flatten().apply(layers.add().apply([y, relu().apply(y), x]));
  return functional({
    inputs: x,
    outputs: softmax().apply(dense({ units: 2 }).apply(z)),
    name: 'small',
  });
}

type Changeable<T> = { -readonly [K in keyof T]: T[K] };

/** The file of {@link smallGraph} with another config and without a checksum. */
function changed(
  change: (config: Changeable<FunctionalConfig>, nodes: Changeable<NodeConfig>[]) => void,
  version = '2',
): Uint8Array {
  const { tensors, metadata } = readSafetensors(encodeModel(smallGraph()));
  const config = JSON.parse(metadata.get('convnet.config')!) as FunctionalConfig;
  change(config, config.nodes as NodeConfig[]);
  const map = new Map(metadata);
  map.delete('convnet.crc32');
  map.set('convnet.version', version).set('convnet.config', JSON.stringify(config));
  return writeSafetensors({ tensors, metadata: map });
}

test.each(['units', 'name', 'type'])('lists within lists as %s are refused', (option) => {
  const { tensors, metadata } = readSafetensors(encodeModel(smallGraph()));
  const deep = `${'['.repeat(1e5)}${']'.repeat(1e5)}`;
  const config = metadata.get('convnet.config')!;
  const map = new Map(metadata);
  map.delete('convnet.crc32');
  map.set(
    'convnet.config',
    config.replace(new RegExp(`"${option}":[^,}]+`), `"${option}":${deep}`),
  );
  expect(map.get('convnet.config')).toContain('[[[[');
  expect(() => decodeModel(writeSafetensors({ tensors, metadata: map }))).toThrow(ModelFileError);
});

/** Names of the nodes: conv1, relu1, add1, flatten1, dense1, softmax1. */
describe('a graph in a file is refused', () => {
  test('never when it is right', () => {
    expect(decodeModel(changed(() => undefined)).config()).toEqual(smallGraph().config());
    expect(decodeModel(encodeModel(smallGraph()))).not.toBeInstanceOf(Sequential);
  });

  const layer = (name: string): LayerConfig => ({ type: 'relu', name });

  test.each<[string, Uint8Array, string | RegExp]>([
    [
      'with a cycle',
      changed((_, nodes) => (nodes[0]!.inputs = ['relu1'])),
      'convnet.config: layer "conv1": expected inputs from layers before it; received "relu1".',
    ],
    [
      'that reads itself',
      changed((_, nodes) => (nodes[1]!.inputs = ['relu1'])),
      'layer "relu1": expected inputs from layers before it; received "relu1".',
    ],
    [
      'in another order',
      changed((_, nodes) => nodes.reverse()),
      'layer "softmax1": expected inputs from layers before it; received "dense1".',
    ],
    [
      'that reads what there is not',
      changed((_, nodes) => (nodes[2]!.inputs = ['conv1', '__proto__'])),
      'layer "add1": expected inputs from layers before it; received "__proto__".',
    ],
    [
      'with a name twice',
      changed((_, nodes) => (nodes[1]!.layer = layer('conv1'))),
      'expected every layer to have a name of its own; received "conv1" twice.',
    ],
    [
      'with a layer named as the input',
      changed((_, nodes) => (nodes[1]!.layer = layer('input'))),
      'received "input" twice.',
    ],
    [
      'with a layer without a name',
      changed((_, nodes) => (nodes[1]!.layer = layer(''))),
      'layer 1: expected a name; received none.',
    ],
    [
      'with a layer that leads nowhere',
      changed((_, nodes) => nodes.splice(1, 0, { inputs: ['conv1'], layer: layer('lost') })),
      'layer "lost": expected another layer to read it; none does.',
    ],
    [
      'that reads two where one is taken',
      changed((_, nodes) => (nodes[1]!.inputs = ['conv1', 'input'])),
      'relu "relu1": expected one input; received 2.',
    ],
    [
      'that reads nothing',
      changed((_, nodes) => (nodes[1]!.inputs = [])),
      'relu "relu1": expected one input; received 0.',
    ],
    [
      'that adds one',
      changed((_, nodes) => (nodes[2]!.inputs = ['relu1'])),
      'add "add1": expected at least two inputs; received 1.',
    ],
    [
      'with another output',
      changed((config) => (config.outputs = ['dense1'])),
      'expected the output "softmax1", of the last layer; received ["dense1"].',
    ],
    [
      'with two outputs',
      changed((config) => (config.outputs = ['dense1', 'softmax1'])),
      'of the last',
    ],
    [
      'with two inputs',
      changed((config) => (config.inputs = [...config.inputs, { name: 'b', shape: [1] }])),
      'expected one input; received 2.',
    ],
    [
      'without inputs',
      changed((config) => (config.inputs = [])),
      'expected one input; received 0.',
    ],
    ['without layers', changed((config) => (config.nodes = [])), 'expected at least one layer.'],
    [
      'with an impossible input',
      changed((config) => (config.inputs = [{ name: 'input', shape: [4, -4, 2] }])),
      'input shape: expected a whole number of at least 1; received -4.',
    ],
    [
      'with inputs that are not names',
      changed((_, nodes) => (nodes[1]!.inputs = [0] as never)),
      'expected {name, inputs, nodes, outputs}.',
    ],
    [
      'with an unknown layer',
      changed((_, nodes) => (nodes[1]!.layer = { type: 'hexagonal', name: 'hexagonal1' })),
      /unknown layer type "hexagonal"; this version knows activation, add, .*Pass layers of your own/,
    ],
    [
      'that says it is a chain',
      changed(() => undefined, '1'),
      'expected {name, inputShape, layers}.',
    ],
    [
      'of a newer version',
      changed(() => undefined, '3'),
      'expected file version 1 or 2; received 3. Load it with a newer release.',
    ],
    [
      'with too many layers',
      changed((config, [first]) => (config.nodes = new Array<NodeConfig>(10_001).fill(first!))),
      'expected at most 10000 layers; received 10001.',
    ],
    [
      'with too many connections',
      changed((_, nodes) => (nodes[2]!.inputs = new Array<string>(100_001).fill('conv1'))),
      'expected at most 100000 inputs of layers; received 100006.',
    ],
  ])('%s', (_, bytes, message) => {
    expect(() => decodeModel(bytes)).toThrow(ModelFileError);
    expect(() => decodeModel(bytes)).toThrow(message);
  });

  test('before its outputs fill the memory', () => {
    const doubled = (count: number) => {
      const x = layers.input({ shape: [4, 4, 2] });
      let y = x;
      for (let i = 0; i < count; i++) y = layers.add().apply([y, x]);
      return functional({ inputs: x, outputs: y });
    };
    const { metadata } = readSafetensors(encodeModel(doubled(23)));
    const text = metadata.get('convnet.config')!;
    const config = text.replaceAll('"type":"add"', '"axis":-1,"type":"concatenate"');
    const own = config.replaceAll(/\["(add\d+)","input"\]/g, '["$1","$1"]');
    const map = new Map(metadata);
    map.delete('convnet.crc32');
    map.set('convnet.config', own);
    const bytes = writeSafetensors({ tensors: new Map(), metadata: map });
    expect(() => decodeModel(bytes)).toThrow(
      /^model file: convnet\.config: expected layers that take, for a sample, at most 268435456 numbers/,
    );
  });
});
