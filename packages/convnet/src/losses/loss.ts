/** The contract of a loss, and its targets. */
import {
  booleanOption,
  checkOptions,
  ConvnetError,
  numberOption,
  type FloatArray,
  type Kernels,
  type Tensor,
} from '@convnet/tensor';
import type { Workspace } from '../layers/workspace.ts';

/** A number for each sample; for networks that tell classes apart, a class number 0 … K − 1. */
export type Labels = Uint8Array | Int32Array | FloatArray | readonly number[];

/**
 * The right answers: class numbers, or for each sample a row of a tensor `[N, K]`. For a
 * network of one output, a list of numbers is that, too.
 */
export type Targets = Labels | Tensor;

/** Targets that do not fit the network or the loss. */
export class TargetError extends ConvnetError {
  override readonly name = 'TargetError';
  override readonly code = 'bad-data';
}

/** Targets of one batch, in the network's workspace. */
export type BatchTargets = Int32Array | Tensor;

/** Checked targets of a whole data set, from which batches are picked. */
export interface PreparedTargets {
  /** Number of samples. */
  readonly count: number;
  /**
   * The answers that metrics judge as right or wrong: the class of each sample, each output as yes or no, or
   * nothing, since the network answers with numbers.
   */
  readonly judges: 'samples' | 'outputs' | 'nothing';
  /** The right class of each sample or, row after row, output: 0 for no, 1 for yes. */
  readonly labels: Int32Array;
  /** Classes that labels tell apart. */
  readonly classCount: number;
  /** Room in `workspace` for the targets of `samples` samples. */
  makeRoom(workspace: Workspace, samples: number): BatchTargets;
  /** Copies the targets of the samples `indices` into their room. */
  pick(indices: Uint32Array, room: BatchTargets): void;
}

/** Makes prepared targets of what the caller of `fit` or `evaluate` gave, and compares. */
export interface Loss {
  readonly name: string;
  /**
   * The activation that turns logits into outputs. The loss contains it, since both together
   * are simpler, faster and exact where a probability is tiny. `undefined` judges outputs as they are.
   */
  readonly activation: 'softmax' | 'sigmoid' | undefined;
  /** The network ends without that activation. Otherwise the input of its last layer is used. */
  readonly fromLogits: boolean;
  /** @throws TargetError if the targets do not fit a network of `outputs` outputs. */
  prepare(targets: Targets, outputs: number): PreparedTargets;
  /**
   * Computes, by kernel calls alone, the loss of each sample and its gradient.
   * @param logits - `[N, K]`.
   * @param targets - as its prepared targets pick them.
   * @param losses - `[N]`, receives the losses.
   * @param dLogits - receives `scale` times the gradient of their sum; `null` if not needed.
   */
  compute(
    kernels: Kernels,
    logits: Tensor,
    targets: BatchTargets,
    losses: Tensor,
    dLogits: Tensor | null,
    scale: number,
  ): void;
}

/** Options of the cross-entropies. */
export interface CrossentropyOptions {
  /** The network ends without softmax, or sigmoid; default false: it ends with it. */
  readonly fromLogits?: boolean;
  /**
   * Share ε of each target that is spread over all K classes, 0 ≤ ε < 1; default 0:
   * `target · (1 − ε) + ε / K` (Szegedy et al. 2016), against answers that are too sure.
   */
  readonly labelSmoothing?: number;
}

/** The same, checked, with defaults. @throws OptionError for impossible options. */
export function crossentropyOptions(
  options: CrossentropyOptions,
  loss: string,
): Required<CrossentropyOptions> {
  checkOptions(options, 'fromLogits labelSmoothing', loss);
  const { fromLogits = false, labelSmoothing = 0 } = options;
  return {
    fromLogits: booleanOption(fromLogits, `${loss} fromLogits`),
    labelSmoothing: numberOption(labelSmoothing, { least: 0, below: 1 }, `${loss} labelSmoothing`),
  };
}

/** Sum of the losses of a batch, in float64 and in their order. */
export function sumOf(losses: FloatArray): number {
  let sum = 0;
  for (const loss of losses) sum += loss;
  return sum;
}
