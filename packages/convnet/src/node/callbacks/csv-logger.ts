/**
 * Writes what each epoch came to as a row of a CSV file (RFC 4180): `epoch`, from 0, then the logs
 * in alphabetical order. Numbers are written so that reading them gives the same float64.
 */
import { checkOptions, OptionError, shown, textOption } from '@convnet/tensor';
import { writeFileAtomically } from '@convnet/tensor/node';
import type { Callback, EpochLogs, Training } from '../../training/callbacks.ts';
import { checkWritable } from '../check-writable.ts';
import { readIfThere } from '../read-if-there.ts';

/** Options of {@link CSVLogger}; defaults as in Keras. */
export interface CSVLoggerOptions {
  /** Separates the columns; default a comma. */
  readonly separator?: string;
  /** Keep the rows that the file has; default false. Training that is resumed always does. */
  readonly append?: boolean;
}

/**
 * See the top of this file. The file is rewritten after each epoch, by way of a temporary one, so
 * that it is whole at any moment.
 */
export class CSVLogger implements Callback {
  readonly #file: string;
  readonly #separator: string;
  readonly #appends: boolean;
  #training: Training | undefined;
  #lines: string[] | undefined;

  constructor(file: string, options: CSVLoggerOptions = {}) {
    checkOptions(options, 'separator append', 'CSVLogger');
    const { separator = ',', append = false } = options;
    this.#file = textOption(file, 'CSVLogger file');
    this.#separator = separator;
    this.#appends = append;
  }

  /** @throws FileWriteError if the file cannot be written. */
  async onTrainBegin(training: Training): Promise<void> {
    this.#training = training;
    this.#lines = undefined;
    await checkWritable(this.#file);
  }

  /** Reads what is kept of the file, once it is known where training begins. */
  async onEpochBegin(epoch: number): Promise<void> {
    if (this.#lines) return;
    const { batch } = this.#training!.position;
    const isResumed = epoch > 0 || batch > 0;
    if (!isResumed && !this.#appends) {
      this.#lines = [];
      return;
    }
    const text = new TextDecoder().decode(await readIfThere(this.#file));
    const lines = text.split('\n').filter(Boolean);
    // Rows of epochs that were lost with the interruption are written again.
    this.#lines = this.#appends
      ? lines
      : lines.filter((line, i) => i === 0 || Number(line.split(this.#separator)[0]) < epoch);
  }

  /** @throws OptionError if the file has other columns; the file system's error, naming the file. */
  async onEpochEnd(epoch: number, logs: EpochLogs): Promise<void> {
    const names = Object.keys(logs).sort();
    const lines = (this.#lines ??= []);
    const header = ['epoch', ...names].join(this.#separator);
    if (lines.length === 0) lines.push(header);
    if (lines[0] !== header) {
      throw new OptionError(
        `CSVLogger ${this.#file}: expected a file whose first line is ${header}, to add rows to; received ${shown(lines[0])}. Choose another file.`,
      );
    }
    lines.push([epoch, ...names.map((name) => logs[name])].join(this.#separator));
    await writeFileAtomically(this.#file, new TextEncoder().encode(`${lines.join('\n')}\n`));
  }
}

/**
 * A callback that writes a row of logs for each epoch.
 */
export function csvLogger(file: string, options: CSVLoggerOptions = {}): CSVLogger {
  return new CSVLogger(file, options);
}
