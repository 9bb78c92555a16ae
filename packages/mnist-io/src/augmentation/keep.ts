/**
 * Shows some images as they are. Resampling softens the edges of lines; a network that never meets
 * a crisp one in training reads those of real images a little worse.
 */
import { checkOptions, numberOption } from '@convnet/tensor';
import type { Gate } from './transform.ts';

/** Options of {@link keep}. */
export interface KeepOptions {
  /** How often an image is shown as it is, 0 … 1; default 0.25. */
  readonly probability?: number;
}

/**
 * Shows some images as they are: for these, no other step of the list is taken, wherever they stand.
 *
 * @throws OptionError if an option is out of range.
 * @example
 * ```ts
 * augmented(train.images, [keep({ probability: 0.25 }), rotate()], { seed: 1 });
 * ```
 */
export function keep(options: KeepOptions = {}): Gate {
  checkOptions(options, 'probability', 'keep');
  const { probability = 0.25 } = options;
  numberOption(probability, { least: 0, most: 1 }, 'keep probability');
  return { kind: 'gate', keeps: (random) => random.uniform() < probability };
}
