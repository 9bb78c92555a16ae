/**
 * Makes training survive an interruption: the same program, started again, goes on from where it
 * was, and ends with the same weights, bit for bit, as if it had not been interrupted.
 */
import { checkOptions, integerOption, textOption } from '@convnet/tensor';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { FileWriteError, writeFileAtomically } from '@convnet/tensor/node';
import type { Callback, EpochLogs, Training, TrainingOutcome } from '../../training/callbacks.ts';
import { checkWritable } from '../check-writable.ts';
import { readIfThere } from '../read-if-there.ts';

/** Options of {@link BackupAndRestore}; defaults as in Keras. */
export interface BackupAndRestoreOptions {
  /** Folder for the backup; created if it does not exist. */
  readonly backupDir: string;
  /** Back up after every epoch (default), or after this many batches. */
  readonly saveFreq?: 'epoch' | number;
  /** Delete the backup once training has finished; default true. */
  readonly deleteCheckpoint?: boolean;
}

const FILE_NAME = 'backup.safetensors';

/**
 * See the top of this file.
 */
export class BackupAndRestore implements Callback {
  readonly #file: string;
  readonly #folder: string;
  readonly #saveFreq: 'epoch' | number;
  readonly #deletes: boolean;
  #training: Training | undefined;

  /** @throws OptionError unless `saveFreq` is `'epoch'` or a whole number of at least 1. */
  constructor(options: BackupAndRestoreOptions) {
    checkOptions(options, 'backupDir saveFreq deleteCheckpoint', 'BackupAndRestore');
    const { backupDir, saveFreq = 'epoch', deleteCheckpoint = true } = options;
    this.#folder = textOption(backupDir, 'BackupAndRestore backupDir');
    this.#file = path.join(backupDir, FILE_NAME);
    this.#saveFreq =
      saveFreq === 'epoch'
        ? saveFreq
        : integerOption(saveFreq, { least: 1 }, 'BackupAndRestore saveFreq');
    this.#deletes = deleteCheckpoint;
  }

  /**
   * Goes on from the backup, if there is one.
   * @throws CheckpointError or ModelFileError if it is of another training or damaged.
   */
  async onTrainBegin(training: Training): Promise<void> {
    this.#training = training;
    await mkdir(this.#folder, { recursive: true }).catch((error: unknown) => {
      throw new FileWriteError(this.#folder, error as Error);
    });
    await checkWritable(this.#file);
    const backup = await readIfThere(this.#file);
    if (backup) training.resume(backup);
  }

  /** @throws the file system's error, naming the file; the backup before is intact. */
  async onSettled(position: { batch: number }, logs: EpochLogs | undefined): Promise<void> {
    const isDue =
      this.#saveFreq === 'epoch' ? logs !== undefined : position.batch % this.#saveFreq === 0;
    if (isDue) await writeFileAtomically(this.#file, this.#training!.checkpoint());
  }

  async onTrainEnd(outcome: TrainingOutcome): Promise<void> {
    if (outcome !== 'failed' && this.#deletes) await rm(this.#file, { force: true });
  }
}

/**
 * A callback that makes training survive an interruption.
 *
 * @throws OptionError for impossible options.
 * @example
 * ```ts
 * await model.fit(x, y, { epochs: 20, callbacks: [backupAndRestore({ backupDir: 'backup' })] });
 * ```
 */
export function backupAndRestore(options: BackupAndRestoreOptions): BackupAndRestore {
  return new BackupAndRestore(options);
}
