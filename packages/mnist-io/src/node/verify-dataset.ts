/**
 * Examines the files of a data set: each against what its publisher, or the archive it was taken
 * from, says of it, and all together against the published numbers of images.
 */
import path from 'node:path';
import {
  DATASET_PARTS,
  type DatasetEntry,
  type DatasetPart,
  type DatasetSplit,
} from '../catalogue/dataset-entry.ts';
import { isDataError } from '../errors.ts';
import { checkEntry, checkFiles } from './dataset-checks.ts';
import { identityOnDisk, readDatasetFiles, type DatasetFiles } from './dataset-files.ts';
import { identityMismatch } from './download/file-identity.ts';
import { readSums } from './download/recorded-sums.ts';

/** The verdict on one file. */
export interface FileVerdict {
  readonly part: DatasetPart;
  readonly file: string;
  /** The reference it was compared with; `none` if nothing is known of it in this form. */
  readonly checkedBy: 'published checksum' | 'recorded checksum' | 'none';
  /** The fault, in a few words; `undefined` if there is none. */
  readonly problem: string | undefined;
}

/** The verdict on the content of all files. */
export interface ContentVerdict {
  /** Number of images; `undefined` if the files cannot be read. */
  readonly counts: Readonly<Record<DatasetSplit, number>> | undefined;
  /** Each thing that is wrong, in a sentence. */
  readonly problems: readonly string[];
}

/** The outcome of {@link verifyDataset}. */
export interface DatasetVerdict {
  readonly files: readonly FileVerdict[];
  readonly content: ContentVerdict;
  /** Whether nothing is wrong. */
  readonly isRight: boolean;
}

async function examineFile(
  entry: DatasetEntry,
  part: DatasetPart,
  file: string,
): Promise<FileVerdict> {
  let identity = identityOnDisk(entry.files[part], file);
  const isPublished = identity.sha256 !== undefined || identity.md5 !== undefined;
  if (!isPublished) {
    const sha256 = (await readSums(path.dirname(file))).get(path.basename(file));
    if (sha256 === undefined) return { part, file, checkedBy: 'none', problem: undefined };
    identity = { ...identity, sha256 };
  }
  return {
    part,
    file,
    checkedBy: isPublished ? 'published checksum' : 'recorded checksum',
    problem: await identityMismatch(file, identity),
  };
}

async function examineContent(entry: DatasetEntry, files: DatasetFiles): Promise<ContentVerdict> {
  try {
    const splits = await readDatasetFiles(entry, files);
    const problems: string[] = [];
    for (const split of ['train', 'test'] as const) {
      const set = splits[split];
      const [height, width] = set.images.sampleShape;
      if (height !== 28 || width !== 28) {
        problems.push(`${split}: expected images of 28 × 28; received ${height} × ${width}`);
      }
      if (set.size !== entry.counts[split]) {
        problems.push(`${split}: expected ${entry.counts[split]} images; received ${set.size}`);
      }
      const expected = entry.classCounts?.[split];
      const received = set.classCounts();
      for (const [index, name] of entry.classNames.entries()) {
        if (expected === undefined || expected[index] === received[index]) continue;
        problems.push(
          `${split}: expected ${expected[index]!} images of class "${name}"; received ${received[index]!}`,
        );
      }
    }
    return { counts: { train: splits.train.size, test: splits.test.size }, problems };
  } catch (error) {
    if (!isDataError(error)) throw error;
    return { counts: undefined, problems: [error.message] };
  }
}

/**
 * Examines the files of a data set, all of them whatever is wrong with the first.
 *
 * @throws the file system's error if a file cannot be read.
 * @example
 * ```ts
 * const found = await findDataset('mnist');
 * if (found) console.log((await verifyDataset(found.entry, found.files)).isRight);
 * ```
 */
export async function verifyDataset(
  entry: DatasetEntry,
  files: DatasetFiles,
): Promise<DatasetVerdict> {
  checkEntry(entry, 'verifyDataset entry');
  checkFiles(files, 'verifyDataset files', true);
  const verdicts: FileVerdict[] = [];
  for (const part of DATASET_PARTS) verdicts.push(await examineFile(entry, part, files[part]));
  const content = await examineContent(entry, files);
  const isRight =
    content.problems.length === 0 && verdicts.every(({ problem }) => problem === undefined);
  return { files: verdicts, content, isRight };
}
