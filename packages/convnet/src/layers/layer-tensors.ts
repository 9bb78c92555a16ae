/** The tensors that layers have: how they are asked for, kept, and laid out in files. */
import type { Kernels, Shape, Tensor } from '@convnet/tensor/inference';
import type { InitializerOption } from '../initializer-option.ts';
import type { Regularizer } from '../regularizers.ts';

/**
 * How a parameter lies in a model file: reshaped to `view`, its axes reordered by `axes` and
 * reshaped to `shape`. PyTorch's layout follows from ours by such a step.
 */
export interface StoredLayout {
  readonly view: Shape;
  readonly axes: readonly number[];
  readonly shape: Shape;
}

/** A tensor of a layer that is saved and loaded with its model. */
export interface StoredTensor {
  /** PyTorch's name within the layer, such as `weight` or `running_mean`. */
  readonly name: string;
  readonly value: Tensor;
  readonly stored: StoredLayout;
}

/** A trainable tensor of a layer and the gradient of the loss with respect to it. */
export interface Parameter extends StoredTensor {
  /** Same shape as `value`. Backward passes add to it; each training step starts it at zero. */
  readonly gradient: Tensor;
  /** Penalty on large values. */
  readonly regularizer?: Regularizer | undefined;
}

/** How a layer asks for one of its parameters. */
export interface ParameterRequest {
  readonly name: string;
  readonly shape: Shape;
  /** By name, or a function that fills the tensor. */
  readonly initializer: InitializerOption;
  /** Inputs that one output of the layer depends on, and outputs that one input influences. */
  readonly fanIn: number;
  readonly fanOut: number;
  /** Omit where the file keeps the parameter as it is. */
  readonly stored?: StoredLayout;
  readonly regularizer?: Regularizer | undefined;
}

/** How a layer asks for a tensor of its state. */
export interface StateRequest {
  readonly name: string;
  readonly shape: Shape;
  /** The first value of every element. */
  readonly initial: number;
}

/** Adds `sum` to the gradient of a parameter, if the layer has it. */
export function addToGradient(
  parameter: Parameter | undefined,
  sum: Tensor,
  kernels: Kernels,
): void {
  if (!parameter) return;
  const { gradient } = parameter;
  kernels.elementwise(
    { g: gradient, sum },
    (of) => ({ gradient: of.g.plus(of.sum) }),
    { gradient },
    { over: 'weights' },
  );
}
