/** Layers of one's own in model files. */
import { OptionError, Tensor } from '@convnet/tensor';
import { describe, expect, test } from 'vitest';
import {
  decodeModel,
  dense,
  encodeModel,
  Layer,
  ModelFileError,
  readSafetensors,
  sequential,
  writeSafetensors,
  type LayerConfig,
  type Signal,
} from '../index.ts';
import { decodeModel as decodeForInference } from '../inference/all.ts';

/** Doubles, or whatever its factor says. */
class Times extends Layer {
  static readonly type = 'times';
  override readonly type = Times.type;
  override readonly namePrefix = 'times';
  readonly #factor: number;

  static fromConfig(config: LayerConfig): Times {
    return new Times(config['factor'], config.name);
  }
  constructor(factor: unknown, name?: string) {
    super(name);
    if (typeof factor !== 'number') throw new OptionError('times factor: expected a number.');
    this.#factor = factor;
  }
  protected override connect([signal]: readonly [Signal]): Signal {
    return signal;
  }
  override forward([x]: readonly [Tensor]): Tensor {
    return this.#times(x, 'output');
  }
  override backward(dY: Tensor): readonly [Tensor] {
    return [this.#times(dY, 'dInput')];
  }
  #times(x: Tensor, key: string): Tensor {
    const [N, ...sample] = x.shape;
    const y = this.workspace.tensor(key, N!, sample);
    this.kernels.elementwise({ x }, (at) => ({ y: at.x.times(this.#factor) }), { y });
    return y;
  }
  protected override options(): Record<string, unknown> {
    return { factor: this.#factor };
  }
}

describe('layers that are not part of this library', () => {
  const saved = () =>
    encodeModel(sequential({ inputShape: [3], layers: [dense({ units: 2 }), new Times(3)] }));

  test('are loaded where they are passed, to train and to predict', () => {
    const x = Tensor.from([
      [1, -2, 3],
      [0, 5, -1],
    ]);
    const layers = [Times];
    const loaded = decodeModel(saved(), { layers });
    expect(loaded.layers[1]).toBeInstanceOf(Times);
    expect(encodeModel(loaded)).toEqual(saved());
    expect(decodeForInference(saved(), { layers }).predict(x).data).toEqual(loaded.predict(x).data);
  });

  test('are named where they are missing', () => {
    expect(() => decodeModel(saved())).toThrow(ModelFileError);
    expect(() => decodeModel(saved())).toThrow(
      /unknown layer type "times"; this version knows .*\. Pass layers of your own as \{ layers: \[ … \] \}, or load the file with a newer release\./,
    );
  });

  test('check what the file says', () => {
    const { tensors, metadata } = readSafetensors(saved());
    const load = (from: string, to: string) => () => {
      const map = new Map(metadata);
      map.delete('convnet.crc32');
      map.set('convnet.config', metadata.get('convnet.config')!.replace(from, to));
      return decodeModel(writeSafetensors({ tensors, metadata: map }), { layers: [Times] });
    };
    expect(load('"factor":3', '"factor":"3"')).toThrow(ModelFileError);
    expect(load('"factor":3', '"factor":"3"')).toThrow('times factor: expected a number.');
    expect(load('"factor":3', '"factor":3,"shift":1')).toThrow(
      'times "times1" option: expected one of factor, name; received "shift". If a newer release',
    );
  });

  const fromConfig = (config: LayerConfig): Times => Times.fromConfig(config);

  test.each([
    ['take the name of another', [{ type: 'relu', fromConfig }], '"relu"'],
    ['are passed twice', [Times, Times], '"times"'],
    ['have no name', [{ type: '', fromConfig }], 'received type ""'],
    ['cannot be made', [{ type: 'times' } as never], 'a static fromConfig; received type "times"'],
  ])('are refused where they %s', (_, layers, message) => {
    expect(() => decodeModel(saved(), { layers })).toThrow(OptionError);
    expect(() => decodeModel(saved(), { layers })).toThrow(message);
  });
});
