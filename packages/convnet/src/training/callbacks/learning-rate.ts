/** Callbacks that change the learning rate from epoch to epoch. */
import {
  checkOptions,
  functionOption,
  integerOption,
  numberOption,
  OptionError,
} from '@convnet/tensor';
import type { Optimizer } from '../../optimizers/optimizer.ts';
import type { Callback, CallbackState, EpochLogs, Training } from '../callbacks.ts';
import { Monitor, monitorOptions, type MonitorOptions } from './monitor.ts';

/** The optimizer, if its learning rate is a number that can be changed. */
function changeable(training: Training, callback: string): Optimizer {
  const { optimizer } = training;
  if (optimizer.hasSchedule) {
    throw new OptionError(
      `${callback}: expected an optimizer with a number as learningRate; its rate is a function of the step already. Use one or the other.`,
    );
  }
  return optimizer;
}

/** Sets the learning rate at the beginning of every epoch. */
export class LearningRateScheduler implements Callback {
  readonly #schedule: (epoch: number, learningRate: number) => number;
  #training: Training | undefined;

  /** @param schedule - from the epoch, from 0, and the current rate to the new one. */
  constructor(schedule: (epoch: number, learningRate: number) => number) {
    this.#schedule = functionOption(schedule, 'LearningRateScheduler');
  }

  /** @throws OptionError if the optimizer has a schedule of its own. */
  onTrainBegin(training: Training): void {
    changeable(training, 'LearningRateScheduler');
    this.#training = training;
  }

  onEpochBegin(epoch: number): void {
    // An epoch that is resumed has its rate already.
    if (this.#training!.position.batch > 0) return;
    const { optimizer } = this.#training!;
    optimizer.learningRate = this.#schedule(epoch, optimizer.learningRate);
  }
}

/**
 * A callback that sets the learning rate at the beginning of every epoch.
 *
 * @param schedule - from the epoch, from 0, and the current rate to the new one.
 * @example
 * ```ts
 * learningRateScheduler((epoch, rate) => (epoch < 10 ? rate : rate * 0.9));
 * ```
 */
export function learningRateScheduler(
  schedule: (epoch: number, learningRate: number) => number,
): LearningRateScheduler {
  return new LearningRateScheduler(schedule);
}

/** Options of {@link ReduceLROnPlateau}; defaults as in Keras. */
export interface ReduceLROnPlateauOptions extends MonitorOptions {
  /** Factor for the learning rate, above 0 and below 1; default 0.1. */
  readonly factor?: number;
  /** Epochs without a better value before the rate is lowered; default 10. */
  readonly patience?: number;
  /** Default 1e-4. */
  readonly minDelta?: number;
  /** Epochs after lowering before it watches again; default 0. */
  readonly cooldown?: number;
  /** The rate goes no lower; default 0. */
  readonly minLr?: number;
}

/** Lowers the learning rate when a log has not got better for some epochs. */
export class ReduceLROnPlateau implements Callback {
  readonly name = 'ReduceLROnPlateau';
  readonly #monitor: Monitor;
  readonly #factor: number;
  readonly #patience: number;
  readonly #cooldown: number;
  readonly #minLr: number;
  #training: Training | undefined;
  #best: number;
  #wait = 0;
  #cooldownLeft = 0;

  /** @throws OptionError for impossible options. */
  constructor(options: ReduceLROnPlateauOptions = {}) {
    checkOptions(options, `${monitorOptions} factor patience cooldown minLr`, this.name);
    const { factor = 0.1, minLr = 0 } = options;
    this.#monitor = new Monitor({ minDelta: 1e-4, ...options }, this.name);
    this.#factor = numberOption(factor, { above: 0, below: 1 }, `${this.name} factor`);
    this.#minLr = minLr;
    this.#patience = integerOption(options.patience ?? 10, { least: 0 }, `${this.name} patience`);
    this.#cooldown = integerOption(options.cooldown ?? 0, { least: 0 }, `${this.name} cooldown`);
    this.#best = this.#monitor.worst;
  }

  get state(): CallbackState {
    return {
      best: Number.isFinite(this.#best) ? this.#best : null,
      wait: this.#wait,
      cooldownLeft: this.#cooldownLeft,
    };
  }

  set state({ best, wait, cooldownLeft }: CallbackState) {
    this.#best = typeof best === 'number' ? best : this.#monitor.worst;
    this.#wait = Number(wait);
    this.#cooldownLeft = Number(cooldownLeft);
  }

  /** @throws OptionError if the optimizer has a schedule of its own. */
  onTrainBegin(training: Training): void {
    changeable(training, 'ReduceLROnPlateau');
    this.#training = training;
    if (training.position.epoch > 0 || training.position.batch > 0) return;
    this.#best = this.#monitor.worst;
    this.#wait = 0;
    this.#cooldownLeft = 0;
  }

  onEpochEnd(_epoch: number, logs: EpochLogs): void {
    const value = this.#monitor.read(logs);
    if (this.#cooldownLeft > 0) {
      this.#cooldownLeft -= 1;
      this.#wait = 0;
    }
    if (this.#monitor.isBetter(value, this.#best)) {
      this.#best = value;
      this.#wait = 0;
      return;
    }
    if (this.#cooldownLeft > 0) return;
    this.#wait += 1;
    if (this.#wait < this.#patience) return;
    const { optimizer } = this.#training!;
    if (optimizer.learningRate <= this.#minLr) return;
    optimizer.learningRate = Math.max(optimizer.learningRate * this.#factor, this.#minLr);
    this.#cooldownLeft = this.#cooldown;
    this.#wait = 0;
  }
}

/**
 * A callback that lowers the learning rate when a log no longer gets better.
 *
 * @throws OptionError for impossible options.
 * @example
 * ```ts
 * reduceLROnPlateau({ monitor: 'valLoss', factor: 0.5, patience: 3 });
 * ```
 */
export function reduceLROnPlateau(options: ReduceLROnPlateauOptions = {}): ReduceLROnPlateau {
  return new ReduceLROnPlateau(options);
}
