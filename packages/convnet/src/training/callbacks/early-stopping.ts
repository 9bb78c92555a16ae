/**
 * Ends training when a log has not got better for some epochs. The weights of the best epoch are
 * put back however training ends: all epochs done, stopped, aborted or failed.
 */
import { checkOptions, integerOption, type Tensor } from '@convnet/tensor';
import type { Callback, CallbackState, EpochLogs, Training } from '../callbacks.ts';
import { Monitor, monitorOptions, type MonitorOptions } from './monitor.ts';

/** Options of {@link EarlyStopping}; defaults as in Keras. */
export interface EarlyStoppingOptions extends MonitorOptions {
  /** Epochs without a better value before training ends; default 0. */
  readonly patience?: number;
  /** A baseline that must be beaten, too, for patience to start again. */
  readonly baseline?: number;
  /** Put back the weights of the best epoch; default false. */
  readonly restoreBestWeights?: boolean;
  /** Epochs before it begins to watch; default 0. */
  readonly startFromEpoch?: number;
}

/**
 * See the top of this file.
 */
export class EarlyStopping implements Callback {
  readonly name = 'EarlyStopping';
  readonly #monitor: Monitor;
  readonly #patience: number;
  readonly #baseline: number | undefined;
  readonly #restores: boolean;
  readonly #startFrom: number;
  #training: Training | undefined;
  #best: number;
  #bestEpoch = -1;
  #stoppedEpoch = -1;
  #wait = 0;
  /** As long as there are none: empty. */
  #bestWeights: readonly Tensor[] = [];

  /** @throws OptionError for impossible options. */
  constructor(options: EarlyStoppingOptions = {}) {
    const names = `${monitorOptions} patience baseline restoreBestWeights startFromEpoch` as const;
    checkOptions(options, names, this.name);
    this.#monitor = new Monitor(options, this.name);
    this.#patience = integerOption(options.patience ?? 0, { least: 0 }, 'EarlyStopping patience');
    this.#baseline = options.baseline;
    this.#restores = options.restoreBestWeights ?? false;
    this.#startFrom = integerOption(
      options.startFromEpoch ?? 0,
      { least: 0 },
      'EarlyStopping startFromEpoch',
    );
    this.#best = this.#monitor.worst;
  }

  /** The best epoch so far, from 0; −1 before the first. */
  get bestEpoch(): number {
    return this.#bestEpoch;
  }

  /** The epoch after which training was ended, from 0; −1 if it was not. */
  get stoppedEpoch(): number {
    return this.#stoppedEpoch;
  }

  get state(): CallbackState {
    return {
      best: Number.isFinite(this.#best) ? this.#best : null,
      bestEpoch: this.#bestEpoch,
      wait: this.#wait,
    };
  }

  set state({ best, bestEpoch, wait }: CallbackState) {
    this.#best = typeof best === 'number' ? best : this.#monitor.worst;
    this.#bestEpoch = Number(bestEpoch);
    this.#wait = Number(wait);
  }

  get tensors(): readonly Tensor[] {
    return this.#bestWeights;
  }

  set tensors(tensors: readonly Tensor[]) {
    this.#bestWeights = tensors;
  }

  onTrainBegin(training: Training): void {
    const isResumed = training.position.epoch > 0 || training.position.batch > 0;
    this.#training = training;
    this.#stoppedEpoch = -1;
    if (isResumed) return;
    this.#best = this.#monitor.worst;
    this.#bestEpoch = -1;
    this.#wait = 0;
    this.#bestWeights = [];
  }

  onEpochEnd(epoch: number, logs: EpochLogs): void {
    if (epoch < this.#startFrom) return;
    const value = this.#monitor.read(logs);
    this.#wait += 1;
    if (this.#monitor.isBetter(value, this.#best)) {
      this.#best = value;
      this.#bestEpoch = epoch;
      if (this.#restores) this.#bestWeights = this.#training!.model.getWeights();
      const isBetterThanBaseline =
        this.#baseline === undefined || this.#monitor.isBetter(value, this.#baseline);
      if (isBetterThanBaseline) this.#wait = 0;
      return;
    }
    if (this.#wait < this.#patience || epoch === 0) return;
    this.#stoppedEpoch = epoch;
    this.#training!.stop();
  }

  onTrainEnd(): void {
    if (this.#bestWeights.length > 0) this.#training!.model.setWeights(this.#bestWeights);
    this.#bestWeights = [];
  }
}

/**
 * A callback that ends training when a log no longer gets better.
 *
 * @throws OptionError for impossible options.
 * @example
 * ```ts
 * const callbacks = [earlyStopping({ monitor: 'valLoss', patience: 3, restoreBestWeights: true })];
 * ```
 */
export function earlyStopping(options: EarlyStoppingOptions = {}): EarlyStopping {
  return new EarlyStopping(options);
}
