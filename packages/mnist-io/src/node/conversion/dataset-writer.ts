/** Writes all sets of a data set in one format, and knows beforehand under which names. */
import { OptionError } from '@convnet/tensor';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DatasetError } from '../../errors.ts';
import { writeCsv } from '../formats/csv-format.ts';
import {
  DESCRIPTION_FILE,
  descriptionOf,
  encodeDescription,
  type DatasetDescription,
  type PicturePreparation,
} from '../formats/dataset-description.ts';
import {
  csvNames,
  formatOfName,
  idxPair,
  labelsBeside,
  npyPair,
  type DatasetFormat,
} from '../formats/format-names.ts';
import { writeIdx } from '../formats/idx-format.ts';
import type { ImageShape, SetWriter } from '../formats/labelled-images.ts';
import type { SetName } from '../formats/set-names.ts';
import { NpzWriter, writeNpy } from '../formats/npy-format.ts';
import { missingPictures, type PictureCodec } from '../formats/picture-codec.ts';
import { haveDistinctFolders, writePictures } from '../formats/picture-format.ts';

/** A data set to write, and where to. */
export interface WritePlan {
  readonly output: string;
  readonly format: DatasetFormat;
  readonly splits: readonly SetName[];
  /** Shape of the images of all sets. */
  readonly shape: ImageShape;
  /** How pictures became images, if they did. */
  readonly prepared: PicturePreparation | undefined;
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
    this.files =
      format === 'png' ? undefined : [...this.#filesOfSets(), ...this.#descriptionFile()];
  }

  #filesOfSets(): string[] {
    return this.#plan.splits.flatMap((split) => this.#filesOf(split));
  }

  /** The one or two files of a set. */
  #filesOf(split: SetName): string[] {
    const { format, gzip, shape } = this.#plan;
    const name = this.#name;
    if (format === 'npz') return [name!];
    if (format === 'csv') return [name ?? csvNames(split).images];
    if (name !== undefined) return [name, labelsBeside(name)];
    const { images, labels } =
      format === 'npy' ? npyPair(split) : idxPair(split, gzip, shape.channels);
    return [images, labels];
  }

  /** What the format has no place for. */
  #description(): DatasetDescription {
    const { format, classNames, prepared, shape } = this.#plan;
    const { height, width, channels } = shape;
    // Square grey images, or columns named by row and column, tell themselves.
    const needsShape = format === 'csv' && channels > 1;
    return {
      ...(classNames && format !== 'npz' && { classes: classNames }),
      ...(needsShape && { shape: [height, width, channels] as const }),
      // Pictures of pictures are fitted again, but nobody sees what was inverted.
      ...(prepared && (format !== 'png' || prepared.invert) && { pictures: prepared }),
    };
  }

  /** It goes to a file of its own, if there is something to say. */
  #descriptionFile(): string[] {
    if (Object.keys(this.#description()).length === 0) return [];
    const name = this.#name;
    return [name === undefined ? DESCRIPTION_FILE : descriptionOf(name, 'file')];
  }

  /** A writer of one set; sets are written one after another. */
  async writer(folder: string, split: SetName): Promise<SetWriter> {
    const { format, splits, shape, classNames, pictures, signal } = this.#plan;
    const [first = '', second = ''] = format === 'png' ? [] : this.#filesOf(split);
    switch (format) {
      case 'idx':
        return writeIdx(folder, { images: first, labels: second }, shape, signal);
      case 'npy':
        return writeNpy(folder, { images: first, labels: second }, shape);
      case 'csv':
        return writeCsv(path.join(folder, first), shape);
      case 'npz':
        this.#npz ??= new NpzWriter(path.join(folder, first));
        return this.#npz.writer(split, shape);
      case 'png': {
        if (pictures === undefined) throw missingPictures('to write pictures');
        const isAlone = splits.length === 1 && split === 'train';
        const place = isAlone ? folder : path.join(folder, split);
        return writePictures(place, classNames, shape, pictures);
      }
    }
  }

  /** Writes what belongs to all sets together. */
  async finish(folder: string): Promise<void> {
    const { classNames, signal } = this.#plan;
    await this.#npz?.finish(classNames, signal);
    const [name] = this.#descriptionFile();
    if (name !== undefined) {
      await writeFile(path.join(folder, name), encodeDescription(this.#description()));
    }
  }
}
