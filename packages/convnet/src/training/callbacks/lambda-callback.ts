/** A callback made of functions, for those who know the name from Keras. */
import { checkOptions } from '@convnet/tensor';
import type { Callback } from '../callbacks.ts';

/** Hooks as functions; each is optional. */
export type LambdaHooks = Pick<Callback, Extract<keyof Callback, `on${string}`>>;

/**
 * A callback that calls the given functions. A plain object with the same hooks is one just as well.
 *
 * @example
 * ```ts
 * lambdaCallback({ onEpochEnd: (epoch, logs) => console.log(epoch, logs.loss) });
 * ```
 */
export function lambdaCallback(hooks: LambdaHooks): Callback {
  checkOptions(
    hooks,
    'onTrainBegin onTrainEnd onEpochBegin onEpochEnd onBatchBegin onBatchEnd onSettled',
    'lambdaCallback',
  );
  return { ...hooks };
}
