/**
 * A network whose layers follow one another: the output of each is the input of the next.
 *
 *     forward   input → layer 1 → layer 2 → … → output
 *     backward  dInput ← layer 1 ← layer 2 ← … ← dOutput       (the chain rule, from the end)
 *
 * Names, options and defaults follow Keras' Sequential.
 */
import {
  checkOptions,
  listOption,
  objectOption,
  OptionError,
  shown,
  type Shape,
} from '@convnet/tensor';
import type { Layer } from '../layers/layer.ts';
import { chain } from '../network/graph.ts';
import type { FileOptions } from '../network/inference-model.ts';
import type { TrainableOptions } from '../network/trainable-network.ts';
import { Model } from './model.ts';

/** Options of {@link sequential}. */
export interface SequentialOptions extends TrainableOptions {
  /** Shape of one sample: `[height, width, channels]` for images. */
  readonly inputShape: Shape;
  readonly layers: readonly Layer[];
}

/** @throws OptionError unless it is a layer, of this copy of the package or another. */
function layerOption(layer: Partial<Layer> | null | undefined, where: string): void {
  if (typeof layer?.forwardPass === 'function') return;
  throw new OptionError(
    `${where}: expected layers, such as conv2d({ … }); received ${shown(layer)}.`,
  );
}

/** See {@link sequential}. */
export class Sequential extends Model {
  constructor(options: SequentialOptions, build: FileOptions = {}) {
    const {
      inputShape,
      layers,
      name = 'sequential',
      ...others
    } = objectOption(options, 'sequential') as SequentialOptions;
    listOption(inputShape, 'sequential inputShape');
    const { length } = listOption(layers, 'sequential layers');
    for (let i = 0; i < length; i++) layerOption(layers[i], 'sequential layers');
    super({ ...others, name, graph: chain(inputShape, layers) }, build);
  }
}

/**
 * A network of layers that follow one another.
 *
 * @throws ShapeError if a layer cannot take what the one before it gives.
 * @throws OptionError if two layers have one name, or there is none.
 * @example
 * ```ts
 * const model = sequential({
 *   inputShape: [28, 28, 1],
 *   layers: [conv2d({ filters: 16, kernelSize: 3 }), relu(), flatten(), dense({ units: 10 }), softmax()],
 * });
 * ```
 */
export function sequential(options: SequentialOptions): Sequential {
  checkOptions(options, 'inputShape layers name seed dtype kernels', 'sequential');
  return new Sequential(options);
}
