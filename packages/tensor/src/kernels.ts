/**
 * The numerical kernels that networks are made of, as one interface. `reference` implements it
 * in plain loops and is the specification; faster implementations are held equal to it by one
 * test suite, and layers use whichever they are given.
 *
 * Letters, here and in the implementations:
 *
 *     N  samples             H W  input rows and columns     C  input channels
 *     K  filters (outputs)   P Q  output rows and columns    R S  window rows and columns
 *
 * Activations are `[N, H, W, C]`, convolution kernels `[R, S, C, K]`, dense kernels `[C, K]`.
 *
 * Every kernel writes into tensors that the caller made (by {@link Kernels.createTensor}) and
 * whose shapes the caller has checked. An output overwrites what was there, but for gradients
 * of weights (`dKernel`, `dBias`): those are *added*, so that a large batch can be computed
 * piece by piece. Outputs never overlap inputs, unless a kernel says that it works in place.
 */
import type { DType } from './dtype.ts';
import type { Shape } from './shape.ts';
import type { Tensor } from './tensor.ts';
import type { WindowGeometry } from './window-geometry.ts';

/** Factors of a matrix product, and where it goes. */
export interface MatMul {
  /** `[M, L]`, or `[L, M]` if `transposeA`. */
  readonly a: Tensor;
  /** `[L, N]`, or `[N, L]` if `transposeB`. */
  readonly b: Tensor;
  /** `[M, N]`. */
  readonly output: Tensor;
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  /** Add the product to what `output` holds instead of overwriting it. */
  readonly accumulate?: boolean;
}

/** One step of stochastic gradient descent. */
export interface SgdUpdate {
  /** Weights θ, updated in place. */
  readonly value: Tensor;
  /** Gradient g of the loss, of the same shape. */
  readonly gradient: Tensor;
  /** Velocity v, of the same shape, updated in place; without it momentum is 0. */
  readonly velocity?: Tensor;
  readonly learningRate: number;
  readonly momentum: number;
}

/** One step of Adam. */
export interface AdamUpdate {
  /** Weights θ, updated in place. */
  readonly value: Tensor;
  /** Gradient g of the loss, of the same shape. */
  readonly gradient: Tensor;
  /** Running mean m of g, updated in place. */
  readonly firstMoment: Tensor;
  /** Running mean v of g², updated in place. */
  readonly secondMoment: Tensor;
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Number t of this step, from 1. */
  readonly step: number;
}

/** See the top of this file for letters, layouts and who allocates. */
export interface Kernels {
  /** Short name of the implementation, such as `reference`. */
  readonly name: string;

  /** A tensor of zeros in memory that these kernels work on. */
  createTensor(shape: Shape, dtype: DType): Tensor;
  /** Zeros in memory that these kernels work on, for labels and positions. */
  createIndices(length: number): Int32Array;

  /** `output = a · b`, of matrices that may be read transposed. */
  matMul(product: MatMul): void;

  /** Adds `bias` `[K]` to every row of `x` `[…, K]`, in place. */
  addBias(x: Tensor, bias: Tensor): void;
  /** Adds to `dBias` `[K]` the sum of all rows of `dOutput` `[…, K]`. */
  biasGradient(dOutput: Tensor, dBias: Tensor): void;

  /** `output[n,p,q,k] = bias[k] + Σ_rsc input[n, p·stride + r·dilation − pad, …, c] · kernel[r,s,c,k]`. */
  conv2d(
    input: Tensor,
    kernel: Tensor,
    bias: Tensor | null,
    output: Tensor,
    geometry: WindowGeometry,
  ): void;
  /** Gradient of the loss with respect to the input of {@link Kernels.conv2d}. */
  conv2dInputGradient(
    dOutput: Tensor,
    kernel: Tensor,
    dInput: Tensor,
    geometry: WindowGeometry,
  ): void;
  /** Adds to `dKernel` the gradient with respect to the kernel of {@link Kernels.conv2d}. */
  conv2dKernelGradient(
    input: Tensor,
    dOutput: Tensor,
    dKernel: Tensor,
    geometry: WindowGeometry,
  ): void;

  /**
   * Largest input under each window. `positions` receives, for each output, the index of that
   * input in `input.data`; of equal ones, the first in row-major order. Padding never wins.
   */
  maxPool2d(input: Tensor, output: Tensor, positions: Int32Array, geometry: WindowGeometry): void;
  /** Gradient with respect to the input of {@link Kernels.maxPool2d}, by its `positions`. */
  maxPool2dGradient(dOutput: Tensor, positions: Int32Array, dInput: Tensor): void;

  /** `output = max(0, input)`. */
  relu(input: Tensor, output: Tensor): void;
  /** `dInput = dOutput` where `output > 0`, else 0. */
  reluGradient(output: Tensor, dOutput: Tensor, dInput: Tensor): void;

  /** `output = a ⊙ b`, element by element; how dropout applies its mask. */
  multiply(a: Tensor, b: Tensor, output: Tensor): void;

  /** `output[n,k] = exp(logits[n,k]) / Σ_j exp(logits[n,j])`, computed without overflow. */
  softmax(logits: Tensor, output: Tensor): void;
  /** Gradient with respect to the logits of {@link Kernels.softmax}, by its `output`. */
  softmaxGradient(output: Tensor, dOutput: Tensor, dLogits: Tensor): void;

  /**
   * Softmax and cross-entropy in one: `loss = Σ_n −Σ_k targets[n,k] · log softmax(logits[n])[k]`.
   * @param targets - `[N, K]`, each row a distribution, such as a one-hot label.
   * @param dLogits - receives `scale` times the gradient of the loss; `null` if not needed.
   * @returns the loss, summed over the samples.
   */
  softmaxCrossEntropy(
    logits: Tensor,
    targets: Tensor,
    dLogits: Tensor | null,
    scale: number,
  ): number;
  /** {@link Kernels.softmaxCrossEntropy} for targets given as class numbers 0 … K − 1. */
  sparseSoftmaxCrossEntropy(
    logits: Tensor,
    labels: Int32Array,
    dLogits: Tensor | null,
    scale: number,
  ): number;

  /** Index of the largest element of each row of `x` `[N, K]`; of equal ones, the first. */
  argmaxRows(x: Tensor, output: Int32Array): void;
  /** `Σ x²` over all elements. */
  sumOfSquares(x: Tensor): number;
  /** Multiplies every element by `factor`, in place. */
  scale(x: Tensor, factor: number): void;

  /** `v ← momentum · v − learningRate · g`, `θ ← θ + v`. */
  sgdUpdate(update: SgdUpdate): void;
  /**
   * `m ← β₁m + (1−β₁)g`, `v ← β₂v + (1−β₂)g²`, `θ ← θ − learningRate · m̂ / (√v̂ + ε)`,
   * where m̂ = m/(1−β₁ᵗ) and v̂ = v/(1−β₂ᵗ) (Kingma and Ba 2015, algorithm 1).
   */
  adamUpdate(update: AdamUpdate): void;
}
