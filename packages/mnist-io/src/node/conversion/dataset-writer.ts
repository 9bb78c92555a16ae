/** Writes all sets of a data set in one format, and knows beforehand under which names. */
import { OptionError } from '@convnet/tensor';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { DatasetSplit } from '../../catalogue/dataset-entry.ts';
import { DatasetError } from '../../errors.ts';
import { writeCsv } from './csv-format.ts';
import {
  CLASS_NAMES_FILE,
  csvNames,
  formatOfName,
  idxPair,
  labelsBeside,
  npyPair,
  type DatasetFormat,
} from './formats.ts';
import { writeIdx } from './idx-format.ts';
import type { ImageSize, SetWriter } from './labelled-images.ts';
import { NpzWriter, writeNpy } from './npy-format.ts';
import { missingPictures, type PictureCodec } from './picture-codec.ts';
import { haveDistinctFolders, writePictures } from './picture-format.ts';

/** A data set to write, and where to. */
export interface WritePlan {
  readonly output: string;
  readonly format: DatasetFormat;
  readonly splits: readonly DatasetSplit[];
  readonly classNames: readonly string[] | undefined;
  readonly gzip: boolean;
  readonly pictures: PictureCodec | undefined;
  /** Ends writing. */
  readonly signal: AbortSignal | undefined;
}

/** Writes one data set into a folder. */
export class DatasetWriter {
  /** The folder that the files belong into in the end. */
  readonly folder: string;
  /** Names of the files in it; `undefined` if the folder as a whole is the output. */
  readonly files: readonly string[] | undefined;
  readonly #plan: WritePlan;
  /** Name of the file that the output is, if it is one. */
  readonly #name: string | undefined;
  #npz: NpzWriter | undefined;

  constructor(plan: WritePlan) {
    this.#plan = plan;
    const { output, format, splits, classNames } = plan;
    const isFile = format !== 'png' && formatOfName(output) === format;
    if (format === 'npz' && !isFile) {
      throw new OptionError(`${output}: expected a name that ends in .npz.`);
    }
    if (isFile && format !== 'npz' && splits.length > 1) {
      throw new OptionError(
        `${output}: expected one set for one file; received ${splits.join(' and ')}. Choose one with \`split\`, or name a folder and pass \`to\` ${format}.`,
      );
    }
    if (format === 'png' && classNames && !haveDistinctFolders(classNames)) {
      throw new DatasetError(
        'expected class names that give folders of different names. Rename the classes.',
      );
    }
    this.#name = isFile ? path.basename(output) : undefined;
    this.folder = isFile ? path.dirname(output) : output;
    this.files = format === 'png' ? undefined : [...this.#filesOfSets(), ...this.#namesFile()];
  }

  #filesOfSets(): string[] {
    return this.#plan.splits.flatMap((split) => this.#filesOf(split));
  }

  /** The one or two files of a set. */
  #filesOf(split: DatasetSplit): string[] {
    const { format, gzip } = this.#plan;
    const name = this.#name;
    if (format === 'npz') return [name!];
    if (format === 'csv') return [name ?? csvNames(split).images];
    if (name !== undefined) return [name, labelsBeside(name)];
    const { images, labels } = format === 'npy' ? npyPair(split) : idxPair(split, gzip);
    return [images, labels];
  }

  /** Class names go to a file of their own where the format has no place for them. */
  #namesFile(): string[] {
    const { format, classNames } = this.#plan;
    return classNames && format !== 'npz' ? [CLASS_NAMES_FILE] : [];
  }

  /** A writer of one set; sets are written one after another. */
  async writer(folder: string, split: DatasetSplit, size: ImageSize): Promise<SetWriter> {
    const { format, splits, classNames, pictures, signal } = this.#plan;
    const [first = '', second = ''] = format === 'png' ? [] : this.#filesOf(split);
    switch (format) {
      case 'idx':
        return writeIdx(folder, { images: first, labels: second }, size, signal);
      case 'npy':
        return writeNpy(folder, { images: first, labels: second }, size);
      case 'csv':
        return writeCsv(path.join(folder, first), size);
      case 'npz':
        this.#npz ??= new NpzWriter(path.join(folder, first));
        return this.#npz.writer(split, size);
      case 'png': {
        if (pictures === undefined) throw missingPictures('to write pictures');
        const isAlone = splits.length === 1 && split === 'train';
        const place = isAlone ? folder : path.join(folder, split);
        return writePictures(place, classNames, size, pictures);
      }
    }
  }

  /** Writes what belongs to all sets together. */
  async finish(folder: string): Promise<void> {
    const { classNames, signal } = this.#plan;
    await this.#npz?.finish(classNames, signal);
    const [name] = this.#namesFile();
    if (name !== undefined) {
      await writeFile(path.join(folder, name), `${classNames!.join('\n')}\n`);
    }
  }
}
