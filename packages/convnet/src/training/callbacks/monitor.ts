/**
 * Watching a log, for callbacks that act when it improves or stops improving. Names and semantics
 * are those of Keras.
 */
import { choiceOption, numberOption, OptionError, shown, textOption } from '@convnet/tensor';
import type { EpochLogs } from '../callbacks.ts';

/** Options that all watching callbacks share. */
export interface MonitorOptions {
  /** The log to watch; default `valLoss`. */
  readonly monitor?: string;
  /**
   * Whether less or more is better; `auto` (default) tells by the name, such as `valLoss` or `accuracy`,
   * and refuses one that does not say.
   */
  readonly mode?: 'auto' | 'min' | 'max';
  /** Least change that counts as better; default depends on the callback. */
  readonly minDelta?: number;
}

/** Their names. */
export const monitorOptions = 'monitor mode minDelta';

const MORE_IS_BETTER = /accuracy|precision|recall|f1|auc/i;
const LESS_IS_BETTER = /loss|error/i;

/** See the top of this file. */
export class Monitor {
  readonly name: string;
  readonly #sign: 1 | -1;
  readonly #minDelta: number;

  constructor(
    { monitor = 'valLoss', mode = 'auto', minDelta = 0 }: MonitorOptions,
    readonly callback: string,
  ) {
    choiceOption(mode, ['auto', 'min', 'max'], `${callback} mode`);
    this.#minDelta = numberOption(minDelta, { least: 0 }, `${callback} minDelta`);
    this.name = textOption(monitor, `${callback} monitor`);
    const isMax = mode === 'max' || (mode === 'auto' && MORE_IS_BETTER.test(monitor));
    if (mode === 'auto' && !isMax && !LESS_IS_BETTER.test(monitor)) {
      throw new OptionError(
        `${callback} mode: expected 'min' or 'max' for the log ${shown(monitor)}, whose name does not say whether more is better.`,
      );
    }
    this.#sign = isMax ? 1 : -1;
  }

  /** Worse than any other value. */
  get worst(): number {
    return -this.#sign * Infinity;
  }

  /**
   * The watched value.
   * @throws OptionError if there is no such log.
   */
  read(logs: EpochLogs): number {
    const value = logs[this.name];
    if (value !== undefined) return value;
    throw new OptionError(
      `${this.callback} monitor: expected one of ${Object.keys(logs).join(', ')}; received ${shown(this.name)}. Validation needs validationData or validationSplit.`,
    );
  }

  /** Whether `value` is better than `other`, by more than `minDelta`. */
  isBetter(value: number, other: number): boolean {
    return this.#sign * (value - other) > this.#minDelta;
  }
}
