/**
 * What training, evaluation and the gradient check need of a network, however its layers are
 * connected.
 */
import type { DType, Kernels, Random, Shape, Tensor } from '@convnet/tensor';
import type { BaseLayer } from '../layers/layer.ts';
import type { Parameter } from '../layers/layer-tensors.ts';
import type { Workspace } from '../layers/workspace.ts';
import type { Graph } from './graph.ts';
import type { ModelInfo } from './model-info.ts';
import type { CompiledSettings } from './compile.ts';

/** Is shown what layers compute: outputs going forward, gradients of inputs going back. */
export type Observer = (layer: { readonly name: string }, tensor: Tensor) => void;

/** A function from `[N, …inputShape]` to `[N, …outputShape]` that can be trained. */
export interface Network {
  readonly name: string;
  /** Shape of one sample. */
  readonly inputShape: Shape;
  /** Shape of the output for one sample. */
  readonly outputShape: Shape;
  readonly dtype: DType;
  readonly kernels: Kernels;
  readonly graph: Graph;
  readonly layers: readonly BaseLayer[];
  /** Root of all random numbers. */
  readonly seed: number;
  readonly info: ModelInfo;
  /** The JSON that recreates the network without its weights. */
  config(): object;
  /** All trainable tensors, first layer first. */
  readonly parameters: readonly Parameter[];
  /** Whether one of its layers looks at a batch as a whole, so that it must not be divided. */
  readonly usesWholeBatch: boolean;
  /** Memory of the training loop. */
  readonly workspace: Workspace;
  /** Orders the samples of each epoch; goes on from one `fit` to the next. */
  readonly shuffleRandom: Random;
  /**
   * Number K of outputs: one for each class that the network tells apart.
   * @throws ShapeError if its output is not `[N, K]`.
   */
  readonly classCount: number;
  /** Optimizer and loss. @throws Error before they are chosen. */
  readonly compiled: CompiledSettings;

  /** Copies of all tensors that belong to the network: for each layer its parameters, then its state. */
  getWeights(): Tensor[];
  /**
   * Fills the network with what `getWeights` gave, of this one or of one like it.
   * @throws ShapeError if number or shapes of the tensors are not the same; nothing has changed then.
   */
  setWeights(weights: readonly Tensor[]): void;
  /** Runs all layers. The output stays valid until the next pass. */
  forward(input: Tensor, training: boolean): Tensor;
  /** Runs the layers up to the logits: all but an activation at their end that the loss contains. */
  forwardToLogits(input: Tensor, training: boolean, observe?: Observer): Tensor;
  /**
   * Adds the gradients of all parameters for the batch of the last forward pass.
   * @param dLogits - gradient of the loss with respect to the logits.
   * @param needsInputGradient - also compute the gradient of the network's input, and return it.
   */
  backwardFromLogits(
    dLogits: Tensor,
    needsInputGradient?: boolean,
    observe?: Observer,
  ): Tensor | undefined;
}
