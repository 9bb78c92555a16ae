/**
 * Hooks into training, with Keras' names. A hook may be asynchronous; training waits for it.
 * An error thrown by a hook ends training.
 */
import type { Tensor } from '@convnet/tensor';
import type { TrainableNetwork } from '../network/trainable-network.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';

/** Means over the samples seen, by name: the loss, and the metrics that `compile` was given. */
export interface BatchLogs {
  readonly loss: number;
  /** Samples seen in this epoch so far. */
  readonly samplesSeen: number;
  /** Samples of a whole epoch; of a stream as many as the epoch before had, and NaN in the first. */
  readonly samplesPerEpoch: number;
  readonly [metric: string]: number;
}

/** The logs of an epoch: as {@link BatchLogs}, with validation also `valLoss`, `valAccuracy`, and so on. */
export interface EpochLogs {
  readonly loss: number;
  readonly valLoss?: number;
  readonly [metric: string]: number | undefined;
}

/** Where training stands: what comes next. Both count from 0. */
export interface TrainingPosition {
  readonly epoch: number;
  readonly batch: number;
}

/** How training ended: all epochs done, stopped by a callback, or by an error or a signal. */
export type TrainingOutcome = 'finished' | 'stopped' | 'failed';

/** A number that is not finite, and where it was found first. */
export interface NonFinite {
  /** Name of the layer. */
  readonly layer: string;
  /**
   * The part of the layer: `weight`, `output`, `gradient of input`, `gradient of weight`, `penalized
   * gradient of weight`, `penalty of weight`; of the last layer also `loss`.
   */
  readonly tensor: string;
  readonly value: number;
}

/** A training that goes on, as callbacks see it. */
export interface Training {
  /** The network that is trained. */
  readonly model: TrainableNetwork;
  readonly optimizer: Optimizer;
  readonly epochs: number;
  /** The next epoch and batch. After an interruption, training resumes there. */
  readonly position: TrainingPosition;
  /** Ends training once all callbacks have seen the current batch or epoch. */
  stop(): void;
  /** Everything that training depends on, as bytes; `fit` takes them as `resumeFrom`. */
  checkpoint(): Uint8Array<ArrayBuffer>;
  /**
   * Goes on from a checkpoint, instead of beginning. Only while training begins.
   * @throws CheckpointError if it is of another training; nothing has changed then.
   */
  resume(checkpoint: Uint8Array): void;
  /** Whether the last step was skipped, because its loss or a gradient was not finite. */
  readonly isDiverged: boolean;
  /** Looks for the first number of the last batch that is not finite, layer by layer. */
  findNonFinite(): NonFinite | undefined;
}

/** State that a callback keeps from epoch to epoch, as JSON; part of checkpoints. */
export type CallbackState = Readonly<Record<string, number | string | boolean | null>>;

/** Epochs and batches count from 0. */
export interface Callback {
  /** Tells callbacks with a `state` apart in checkpoints. */
  readonly name?: string;
  /** Also check the gradients, and skip a step if one of them is not finite. */
  readonly watchesGradients?: boolean;
  /** The state of this callback, for a checkpoint. */
  state?: CallbackState;
  /** Tensors that a checkpoint must hold of this callback. */
  tensors?: readonly Tensor[];
  /** Once, before anything else. */
  onTrainBegin?(training: Training): void | Promise<void>;
  onEpochBegin?(epoch: number): void | Promise<void>;
  onBatchBegin?(batch: number): void | Promise<void>;
  /** After each optimizer step; the logs cover the epoch so far. */
  onBatchEnd?(batch: number, logs: BatchLogs): void | Promise<void>;
  onEpochEnd?(epoch: number, logs: EpochLogs): void | Promise<void>;
  /**
   * After all callbacks have seen the end of a batch, or of an epoch: the time to save, since
   * what they remember is up to date.
   * @param logs - those of the epoch that has ended; none within an epoch.
   */
  onSettled?(position: TrainingPosition, logs: EpochLogs | undefined): void | Promise<void>;
  /** Once, however training ends. */
  onTrainEnd?(outcome: TrainingOutcome): void | Promise<void>;
}
