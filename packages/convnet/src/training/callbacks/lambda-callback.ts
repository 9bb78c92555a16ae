/** A callback made of functions, for those who know the name from Keras. */
import type { Callback } from '../callbacks.ts';

/** Hooks as functions; each is optional. */
export type LambdaHooks = Pick<Callback, Extract<keyof Callback, `on${string}`>>;

/**
 * Calls the given functions. A plain object with the same hooks is a callback just as well.
 *
 * @example
 * ```ts
 * new LambdaCallback({ onEpochEnd: (epoch, logs) => console.log(epoch, logs.loss) });
 * ```
 */
export class LambdaCallback implements Callback {
  declare readonly onTrainBegin?: NonNullable<Callback['onTrainBegin']>;
  declare readonly onEpochBegin?: NonNullable<Callback['onEpochBegin']>;
  declare readonly onBatchBegin?: NonNullable<Callback['onBatchBegin']>;
  declare readonly onBatchEnd?: NonNullable<Callback['onBatchEnd']>;
  declare readonly onEpochEnd?: NonNullable<Callback['onEpochEnd']>;
  declare readonly onSettled?: NonNullable<Callback['onSettled']>;
  declare readonly onTrainEnd?: NonNullable<Callback['onTrainEnd']>;

  constructor(hooks: LambdaHooks) {
    Object.assign(this, hooks);
  }
}
