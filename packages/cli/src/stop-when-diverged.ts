/** Ends a training that has gone astray, before hours are spent on it. */
import type { Callback } from '@convnet/convnet';
import { count } from './display/format.ts';
import { CommandError } from './command-error.ts';

/** A callback for `fit` that throws as soon as the loss is no longer a number. */
export function stopWhenDiverged(): Callback {
  let epoch = 0;
  return {
    onEpochBegin(number) {
      epoch = number + 1;
    },
    onBatchEnd(_, { loss, samplesSeen }) {
      if (Number.isFinite(loss)) return;
      throw new CommandError(
        'diverged',
        `training diverged: the loss is ${loss} after ${count(samplesSeen)} images of epoch ${epoch}; nothing was saved. Lower --lr, or add --clip-norm 1.`,
      );
    },
  };
}
