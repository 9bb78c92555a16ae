/**
 * Hooks into training. A hook may be asynchronous; training waits for it. What a hook throws
 * ends training with that error.
 */

/** Mean loss and accuracy (0 … 1) over the samples seen. */
export interface BatchLogs {
  readonly loss: number;
  readonly accuracy: number;
  /** Samples seen in this epoch so far, and in a whole epoch. */
  readonly samplesSeen: number;
  readonly samplesPerEpoch: number;
}

/** What an epoch came to. */
export interface EpochLogs {
  readonly loss: number;
  readonly accuracy: number;
  readonly valLoss?: number;
  readonly valAccuracy?: number;
}

/** Epochs and batches count from 0. */
export interface Callback {
  onTrainBegin?(): void | Promise<void>;
  onEpochBegin?(epoch: number): void | Promise<void>;
  /** After each optimizer step; the logs cover the epoch so far. */
  onBatchEnd?(batch: number, logs: BatchLogs): void | Promise<void>;
  onEpochEnd?(epoch: number, logs: EpochLogs): void | Promise<void>;
  onTrainEnd?(): void | Promise<void>;
}
