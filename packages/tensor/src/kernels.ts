/**
 * The numerical kernels that networks are made of, as one interface. `reference` implements it
 * in plain loops and is the specification; faster implementations are held equal to it by one
 * test suite, and layers use whichever they are given. Both have a file for each kernel, with its
 * name: `reference/conv2d.ts` computes {@link InferenceKernels.conv2d}, `wasm/kernels/conv2d.ts`
 * emits it.
 *
 * Letters, here and in the implementations:
 *
 *     N  samples             H W  input rows and columns     C  input channels
 *     K  filters (outputs)   P Q  output rows and columns    R S  window rows and columns
 *
 * Activations are `[N, H, W, C]`, convolution kernels `[R, S, C/G, K]` for G groups of channels and
 * filters (usually 1), dense kernels `[K, C]`.
 *
 * Every kernel writes into tensors that the caller made (by {@link Kernels.createTensor}) and
 * whose shapes the caller has checked. An output overwrites what was there, but for gradients
 * of weights (`dKernel`, `dBias`): those are *added*, so that a large batch can be computed
 * piece by piece. Outputs never overlap inputs, unless a kernel says that it works in place.
 *
 * Arguments stand in one order: what is read, then what is written, then numbers and geometry. A
 * gradient reads `dOutput` first, then what its forward pass read or wrote. An absent tensor is
 * `null`.
 *
 * The first axis of activations counts samples, which kernels treat one by one; implementations
 * may divide them among threads. The bits of a sample's result never depend on the others.
 */
import type { DType } from './dtype.ts';
import type { Operands, Outputs, Results, Values } from './expression-call.ts';
import type { Random } from './random.ts';
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
  /** `[N]`, added to every row of the product; `null` or left out for none. */
  readonly bias?: Tensor | null;
}

/** Options of {@link InferenceKernels.elementwise}. */
export interface ElementwiseOptions {
  /**
   * The meaning of the outputs' first axis: samples, as that of activations does (default), or
   * nothing of the kind, as that of weights and statistics. With `samples`, a later kernel may
   * process some samples before this one has finished all of them.
   */
  readonly over?: 'samples' | 'weights';
}

/** Where an image begins within a larger one: rows above it and columns before it. */
export interface ImageOffset {
  readonly top: number;
  readonly left: number;
}

/** Kernel calls that were recorded. */
export interface Program {
  /**
   * Makes the recorded calls, on what their tensors hold now.
   * @param meanwhile - what the calling thread does first while helper threads compute, such as making
   * the next batch. Called once at most, and not at all where nobody helps. It must not touch the tensors
   * of the calls.
   */
  run(meanwhile?: () => void): void;
  /** Gives back the memory that the program takes. It must not be run any more. */
  release(): void;
  /** Names of the calls that no fast kernel was found for. */
  readonly onReference: readonly string[];
}

/** The kernels of the forward pass. See the top of this file for letters and layouts. */
export interface InferenceKernels {
  /** Short name of the implementation, such as `reference`. */
  readonly name: string;
  /** Threads that recorded programs may use; results do not depend on it. */
  readonly threads: number;

  /** A tensor of zeros in memory that these kernels work on. */
  createTensor(shape: Shape, dtype: DType): Tensor;
  /** Zeros in memory that these kernels work on, for labels and positions. */
  createIndices(length: number): Int32Array;
  /** Zeros in memory that these kernels work on, for pixels. */
  createBytes(length: number): Uint8Array;
  /**
   * Takes back what these kernels made, each array whole. Once no recorded program works on it any
   * more, it is handed out again; nobody else may use it.
   */
  release(arrays: readonly (Tensor | Int32Array | Uint8Array)[]): void;

  /**
   * Records the kernel calls that `steps` makes, to run them as often as needed. Knowing all of
   * them beforehand, an implementation can fuse them and divide them among threads: what the
   * tensors hold in between that only pass a result from one call to the next is not defined, nor
   * whether 0 · ∞ makes NaN where it passes a gradient from max pooling to a convolution.
   * Whether the calls are also made while they are recorded is not defined either.
   */
  record(steps: () => void): Program;

  /**
   * How pixels become numbers: `output[…, c] = table[256 · c + bytes[…, c]]` for channels c of images, with a table
   * `[256 · C]`; for one channel, or all alike, `output[i] = table[bytes[i]]`, with a table `[256]`.
   */
  lookUp(bytes: Uint8Array, table: Tensor, output: Tensor): void;

  /** `output = a · b + bias`, of matrices that may be read transposed. */
  matMul(product: MatMul): void;

  /**
   * `output[n,p,q,k] = bias[k] + Σ_rsc input[n, p·stride + r·dilation − pad, …, c] · kernel[r,s,c,k]`,
   * where c counts the C/G channels of the group that filter k belongs to. Beyond the image there are
   * zeros; whether a weight that is not finite makes NaN of them, or nothing, is not defined. An input
   * that is not finite may also make NaN of outputs that do not see it, but are next to some that do, at most
   * three rows or columns away.
   * @param kernel - `[R, S, C/G, K]`; G, which divides C and K, follows from the shapes.
   * @param bias - `[K]`; `null` for none.
   */
  conv2d(
    input: Tensor,
    kernel: Tensor,
    bias: Tensor | null,
    output: Tensor,
    geometry: WindowGeometry,
  ): void;

  /**
   * Largest input under each window; NaN if there is one. `positions` receives, for each output, the index of that
   * input in `input.data`; of equal ones, the first in row-major order. Padding never wins.
   */
  maxPool2d(input: Tensor, output: Tensor, positions: Int32Array, geometry: WindowGeometry): void;

  /** Mean of the inputs under each window; padding is not counted. */
  averagePool2d(input: Tensor, output: Tensor, geometry: WindowGeometry): void;

  /** Lays `input` at `offset` within `output`, `[N, H, W, C]` both, with zeros around it. */
  pad2d(input: Tensor, output: Tensor, offset: ImageOffset): void;

  /** Lays the last axes side by side: `parts` `[…, C₁]`, `[…, C₂]`, … make `output` `[…, C₁ + C₂ + …]`. */
  concatenate(parts: readonly Tensor[], output: Tensor): void;

  /**
   * Computes expressions at every place, given what the operands are there. All outputs have one
   * shape; they may be operands, for what is computed in place.
   *
   * @param operands - what is read, by names of the caller's.
   * @param compute - from the operands to the results; called once.
   * @param outputs - where the results go, by the names that `compute` gives them.
   * @throws ShapeError if operands or outputs do not fit.
   * @example
   * ```ts
   * kernels.elementwise(
   *   { x, mean: perChannel(mean) },
   *   ({ x, mean }) => ({ output: x.minus(mean) }),
   *   { output },
   * );
   * ```
   */
  elementwise<O extends Operands, R extends Outputs>(
    operands: O,
    compute: (values: Values<O>) => Results<R>,
    outputs: R,
    options?: ElementwiseOptions,
  ): void;

  /**
   * Sums of expressions over each row: over the last axis. Sums `[…, 1]` for operands `[…, C]`, at
   * least one of which is not repeated. Arguments are those of {@link InferenceKernels.elementwise}.
   * @throws ShapeError if operands or sums do not fit.
   */
  rowSums<O extends Operands, R extends Outputs>(
    operands: O,
    compute: (values: Values<O>) => Results<R>,
    sums: R,
  ): void;

  /** `output[n,k] = exp(logits[n,k]) / Σ_j exp(logits[n,j])`, computed without overflow. */
  softmax(logits: Tensor, output: Tensor): void;

  /**
   * Arithmetic that there is no kernel for, in TypeScript. It becomes one of the calls, which a
   * recording repeats in their order, on the calling thread.
   * @param name - for {@link Program.onReference}.
   * @param tensors - all that `compute` reads or writes.
   */
  custom(name: string, tensors: readonly Tensor[], compute: () => void): void;
}

/** All kernels: those of the forward pass, of the backward pass and of the optimizers. */
export interface Kernels extends InferenceKernels {
  /** Starts the threads, for work that will take a while. Else they start once programs have run for some. */
  startThreads(): void;

  /** Adds to `dBias` `[K]` the sum of all rows of `dOutput` `[…, K]`. */
  biasGradient(dOutput: Tensor, dBias: Tensor): void;

  /**
   * Sums of expressions for each channel: over all places with it on their last axis. Sums `[C]` for
   * operands `[N, …, C]`, at least one of which is not repeated. Arguments are those of
   * {@link InferenceKernels.elementwise}.
   * @throws ShapeError if operands or sums do not fit.
   */
  channelSums<O extends Operands, R extends Outputs>(
    operands: O,
    compute: (values: Values<O>) => Results<R>,
    sums: R,
  ): void;

  /** Gradient of the loss with respect to the input of {@link InferenceKernels.conv2d}. */
  conv2dInputGradient(
    dOutput: Tensor,
    kernel: Tensor,
    dInput: Tensor,
    geometry: WindowGeometry,
  ): void;
  /** Adds to `dKernel` the gradient with respect to the kernel of {@link InferenceKernels.conv2d}. */
  conv2dKernelGradient(
    dOutput: Tensor,
    input: Tensor,
    dKernel: Tensor,
    geometry: WindowGeometry,
  ): void;

  /** Gradient with respect to the input of {@link InferenceKernels.maxPool2d}, by its `positions`. */
  maxPool2dGradient(
    dOutput: Tensor,
    positions: Int32Array,
    dInput: Tensor,
    geometry: WindowGeometry,
  ): void;

  /** Gradient with respect to the input of {@link InferenceKernels.averagePool2d}. */
  averagePool2dGradient(dOutput: Tensor, dInput: Tensor, geometry: WindowGeometry): void;

  /** Cuts from `input` the part at `offset` that has the size of `output`: the gradient of {@link InferenceKernels.pad2d}. */
  crop2d(input: Tensor, output: Tensor, offset: ImageOffset): void;

  /** Undoes {@link InferenceKernels.concatenate}, and so is its gradient: cuts `input` into `parts`. */
  split(input: Tensor, parts: readonly Tensor[]): void;

  /**
   * Draws each element of `mask`: 0 with probability `rate`, else 1 / (1 − rate). Each run of a
   * recording draws anew, before anything else is computed.
   */
  dropoutMask(mask: Tensor, rate: number, random: Random): void;

  /** Gradient with respect to the logits of {@link InferenceKernels.softmax}, by its `output`. */
  softmaxGradient(dOutput: Tensor, output: Tensor, dLogits: Tensor): void;

  /**
   * Softmax and cross-entropy in one: `losses[n] = −Σ_k t[n,k] · log softmax(logits[n])[k]`.
   * @param targets - the distributions t `[N, K]`; or `[N]` class numbers 0 … K − 1, each for the
   * distribution that is 1 there and 0 elsewhere.
   * @param losses - `[N]`.
   * @param dLogits - receives `scale` times the gradient of the sum of the losses; `null` if not
   * needed.
   */
  softmaxCrossEntropy(
    logits: Tensor,
    targets: Tensor | Int32Array,
    losses: Tensor,
    dLogits: Tensor | null,
    scale: number,
  ): void;

  /** `Σ x²` over all elements; computed at once, also in a recording. */
  sumOfSquares(x: Tensor): number;
  /** Sets every element to 0. */
  clear(x: Tensor): void;
}
