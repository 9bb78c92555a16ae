/** Saves checkpoints while training goes on; each is also a model file. */
import { checkOptions, integerOption, OptionError, textOption } from '@convnet/tensor';
import path from 'node:path';
import { writeFileAtomically } from '@convnet/tensor/node';
import type { Callback, EpochLogs, Training, TrainingPosition } from '../../training/callbacks.ts';
import { Monitor, type MonitorOptions } from '../../training/callbacks/monitor.ts';
import { checkWritable } from '../check-writable.ts';
import { encodeModel } from '../../files/encode-model.ts';

/** Options of {@link ModelCheckpoint}; defaults as in Keras. */
export interface ModelCheckpointOptions extends Omit<MonitorOptions, 'minDelta'> {
  /**
   * Where to save. `{epoch}` and `{batch}` of the epoch, both from 1, and logs such as `{valLoss}` are
   * filled in; `{epoch:02d}` pads to two digits and `{valLoss:.3f}` rounds to three decimals.
   */
  readonly filepath: string;
  /** Only save when the watched log is the best so far; default false. */
  readonly saveBestOnly?: boolean;
  /** Save after every epoch (default), or after this many batches. */
  readonly saveFreq?: 'epoch' | number;
  /** Save the model without what training needs to go on; default false. */
  readonly saveModelOnly?: boolean;
}

const PLACEHOLDER = /\{([^{}]*)\}/g;
/** A log, with the least number of digits or the number of decimals, as Python writes them. */
const FORMAT = /^(\w+)(?::(?:0(\d{1,2})d?|\.(\d{1,2})f?))?$/;

/**
 * See the top of this file.
 */
export class ModelCheckpoint implements Callback {
  readonly name: string;
  readonly #options: ModelCheckpointOptions;
  readonly #monitor: Monitor;
  readonly #saveFreq: 'epoch' | number;
  #training: Training | undefined;
  #best: number;
  #batches = 0;
  /** Batches of the current epoch so far; at its end, all of them. */
  #batch = 0;
  /** Whether the last epoch is the best so far, if only the best is saved. */
  #isBest = true;

  /** @throws OptionError for impossible options. */
  constructor(options: ModelCheckpointOptions) {
    const names = 'filepath saveBestOnly saveFreq saveModelOnly monitor mode';
    checkOptions(options, names, 'ModelCheckpoint');
    this.#options = options;
    textOption(options.filepath, 'ModelCheckpoint filepath');
    for (const [whole, text] of options.filepath.matchAll(PLACEHOLDER)) {
      if (FORMAT.test(text!)) continue;
      throw new OptionError(
        `ModelCheckpoint filepath: expected a log in braces, such as {epoch}, {epoch:02d} or {valLoss:.3f}; received ${whole}.`,
      );
    }
    // Several of them, for the best and the last, tell their states apart by their files.
    this.name = `ModelCheckpoint ${path.basename(options.filepath)}`;
    this.#monitor = new Monitor(options, 'ModelCheckpoint');
    const { saveFreq = 'epoch', saveBestOnly = false } = options;
    this.#saveFreq =
      saveFreq === 'epoch'
        ? saveFreq
        : integerOption(saveFreq, { least: 1 }, 'ModelCheckpoint saveFreq');
    if (saveBestOnly && saveFreq !== 'epoch') {
      throw new OptionError(
        "ModelCheckpoint saveFreq: expected 'epoch' with saveBestOnly, since logs are complete after an epoch.",
      );
    }
    this.#best = this.#monitor.worst;
  }

  get state(): { best: number | null; batches: number } {
    return { best: Number.isFinite(this.#best) ? this.#best : null, batches: this.#batches };
  }

  set state({ best, batches }: { best: number | null; batches: number }) {
    this.#best = best ?? this.#monitor.worst;
    this.#batches = batches;
  }

  /** @throws FileWriteError if files cannot be written there; folders with placeholders are not known yet. */
  async onTrainBegin(training: Training): Promise<void> {
    this.#training = training;
    const { filepath } = this.#options;
    const hasFolder = path.dirname(filepath).search(PLACEHOLDER) < 0;
    if (hasFolder) await checkWritable(filepath);
  }

  onBatchEnd(batch: number): void {
    this.#batches += 1;
    this.#batch = batch + 1;
  }

  onEpochEnd(_epoch: number, logs: EpochLogs): void {
    if (!this.#options.saveBestOnly) return;
    const value = this.#monitor.read(logs);
    this.#isBest = this.#monitor.isBetter(value, this.#best);
    if (this.#isBest) this.#best = value;
  }

  /** @throws the file system's error, naming the file; what was saved before is intact. */
  async onSettled(position: TrainingPosition, logs: EpochLogs | undefined): Promise<void> {
    const isDue =
      this.#saveFreq === 'epoch' ? logs !== undefined : this.#batches % this.#saveFreq === 0;
    if (!isDue || !this.#isBest) return;
    const training = this.#training!;
    const bytes = this.#options.saveModelOnly ? encodeModel(training.model) : training.checkpoint();
    const epoch = logs ? position.epoch : position.epoch + 1;
    await writeFileAtomically(this.#pathFor(epoch, this.#batch, logs), bytes);
  }

  #pathFor(epoch: number, batch: number, logs: EpochLogs | undefined): string {
    const values: Record<string, number | undefined> = { ...logs, epoch, batch };
    return this.#options.filepath.replace(PLACEHOLDER, (whole, text: string) => {
      const [, key, digits, decimals] = FORMAT.exec(text)!;
      const value = values[key!];
      if (value === undefined) {
        throw new OptionError(
          `ModelCheckpoint filepath: expected ${Object.keys(values).join(', ')} in braces; received ${whole}.`,
        );
      }
      if (decimals !== undefined) return value.toFixed(Number(decimals));
      return String(value).padStart(Number(digits ?? 0), '0');
    });
  }
}

/**
 * A callback that saves checkpoints after epochs or batches, all or the best.
 *
 * @throws OptionError for impossible options.
 * @example
 * ```ts
 * modelCheckpoint({ filepath: 'best.safetensors', monitor: 'valAccuracy', saveBestOnly: true });
 * ```
 */
export function modelCheckpoint(options: ModelCheckpointOptions): ModelCheckpoint {
  return new ModelCheckpoint(options);
}
