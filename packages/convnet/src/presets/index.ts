/**
 * Well-known small networks for images of 28 × 28 or about that size, and settings that train them well.
 */
import { checkOptions, choiceOption } from '@convnet/tensor';
import { conv2d } from '../layers/conv2d.ts';
import { dense } from '../layers/dense.ts';
import { dropout } from '../layers/dropout.ts';
import { flatten } from '../layers/flatten.ts';
import type { Layer } from '../layers/layer.ts';
import { maxPooling2d } from '../layers/max-pooling2d.ts';
import { relu } from '../layers/relu.ts';
import { softmax } from '../layers/softmax.ts';
import { sequential, type Sequential, type SequentialOptions } from '../model/sequential.ts';

/** Settings of a training run. */
export interface TrainingSettings {
  readonly epochs: number;
  readonly batchSize: number;
  readonly optimizer: 'adam' | 'sgd';
  readonly learningRate: number;
  /** Share of the last step that sgd repeats; adam has its own. */
  readonly momentum: number;
  /** `cosine` lets the learning rate fall to 0 over the whole run; `constant` keeps it. */
  readonly schedule: 'cosine' | 'constant';
}

/** A network by name. */
export interface Preset {
  /** One line for lists. */
  readonly description: string;
  readonly training: TrainingSettings;
  /** New layers for a number of classes, not yet part of a model. */
  readonly layers: (classCount: number) => Layer[];
}

/** Names of the presets. */
export type PresetName = 'simple' | 'lenet5' | 'cnn';

const adamTraining = { epochs: 5, optimizer: 'adam', momentum: 0, schedule: 'cosine' } as const;

/** The presets, smallest first. */
export const presets: Readonly<Record<PresetName, Preset>> = {
  simple: {
    description: 'one convolution of 16 filters 3×3, ReLU and a dense layer',
    training: {
      epochs: 5,
      batchSize: 32,
      optimizer: 'sgd',
      learningRate: 0.1,
      momentum: 0,
      schedule: 'cosine',
    },
    layers: (classCount) => [
      conv2d({ filters: 16, kernelSize: 3 }),
      relu(),
      flatten(),
      dense({ units: classCount }),
      softmax(),
    ],
  },
  lenet5: {
    description: 'LeNet-5 (LeCun et al. 1998), with ReLU and max pooling',
    training: { ...adamTraining, batchSize: 64, learningRate: 0.002 },
    layers: (classCount) => [
      conv2d({ filters: 6, kernelSize: 5, padding: 'same' }),
      relu(),
      maxPooling2d(),
      conv2d({ filters: 16, kernelSize: 5 }),
      relu(),
      maxPooling2d(),
      flatten(),
      dense({ units: 120 }),
      relu(),
      dense({ units: 84 }),
      relu(),
      dense({ units: classCount }),
      softmax(),
    ],
  },
  cnn: {
    description:
      'two convolutions of 32 and 64 filters 3×3 with pooling, dropout and a dense layer',
    training: { ...adamTraining, batchSize: 64, learningRate: 0.003 },
    layers: (classCount) => [
      conv2d({ filters: 32, kernelSize: 3 }),
      relu(),
      maxPooling2d(),
      conv2d({ filters: 64, kernelSize: 3 }),
      relu(),
      maxPooling2d(),
      flatten(),
      dropout({ rate: 0.5 }),
      dense({ units: classCount }),
      softmax(),
    ],
  },
};

/** Options of {@link createPreset}. */
export interface PresetOptions extends Pick<SequentialOptions, 'seed' | 'dtype' | 'kernels'> {
  /** Number of outputs, at least 1; by default 10, one for each digit. */
  readonly classCount?: number;
  /** Height, width and channels of the images; by default those of MNIST, `[28, 28, 1]`. */
  readonly inputShape?: readonly number[];
}

/**
 * A new network of a preset, from images of `inputShape` to `[classCount]`.
 *
 * @throws OptionError for an unknown name, or if `classCount` is not a whole number of at least 1.
 * @throws ShapeError if images of that shape are too small for the network.
 * @example
 * ```ts
 * const model = createPreset('lenet5', { seed: 1 });
 * const letters = createPreset('cnn', { seed: 1, classCount: 26 });
 * const things = createPreset('cnn', { seed: 1, inputShape: [32, 32, 3] });
 * ```
 */
export function createPreset(name: PresetName, options: PresetOptions = {}): Sequential {
  checkOptions(options, 'classCount inputShape seed dtype kernels', 'createPreset');
  const { classCount = 10, inputShape = [28, 28, 1], ...others } = options;
  choiceOption(name, Object.keys(presets) as PresetName[], 'createPreset');
  const layers = presets[name].layers(classCount);
  return sequential({ ...others, name, inputShape, layers });
}
