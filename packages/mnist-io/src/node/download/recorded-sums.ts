/**
 * `SHA256SUMS`: hashes of files whose publisher gives none, written down when they are taken out
 * of their verified archive. The format is that of the `sha256sum` program.
 */
import fs from 'node:fs/promises';
import path from 'node:path';
import { writeFileAtomically } from '@convnet/tensor/node';

/** Name of the file. */
export const SUMS_FILE = 'SHA256SUMS';

/** Recorded SHA-256 by file name; none if there is no record in the folder. */
export async function readSums(folder: string): Promise<Map<string, string>> {
  const text = await fs.readFile(path.join(folder, SUMS_FILE), 'utf8').catch(() => '');
  return new Map(
    [...text.matchAll(/^([0-9a-f]{64}) [ *](.+)$/gm)].map(([, sum, name]) => [name!, sum!]),
  );
}

/** Adds to the record, or replaces what it has of the same names. */
export async function recordSums(folder: string, sums: ReadonlyMap<string, string>): Promise<void> {
  const all = new Map([...(await readSums(folder)), ...sums]);
  const lines = [...all]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, sum]) => `${sum}  ${name}\n`);
  const bytes = new TextEncoder().encode(lines.join(''));
  await writeFileAtomically(path.join(folder, SUMS_FILE), bytes);
}
