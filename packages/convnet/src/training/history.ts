/** The record of a training, epoch by epoch. */
export interface History {
  /** Numbers of the epochs, from 0. */
  readonly epoch: number[];
  /** For each log of the epochs, its values. */
  readonly history: {
    readonly loss: number[];
    [log: string]: number[];
  };
}
