/** Lines of a file, their cells separated by commas, semicolons or tabs; read piece by piece. */
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { checkRegularFile } from '@convnet/tensor/node';
import { DatasetError } from '../../errors.ts';
import { MAX_IMAGE_PIXELS } from '../../image-to-digit/source-image.ts';

/** Longest line, in bytes: four per pixel of the largest image. */
const MAX_LINE_BYTES = 4 * MAX_IMAGE_PIXELS;

/**
 * Lines as lists of cells; all of them have as many as the first.
 * @throws DatasetError if they have not, or the file is no CSV; FileReadError if it is no regular file.
 */
export async function* csvLines(
  file: string,
): AsyncGenerator<readonly string[], undefined, undefined> {
  await checkRegularFile(file);
  const parser = parse({
    bom: true,
    delimiter: [',', ';', '\t'],
    skip_empty_lines: true,
    trim: true,
    max_record_size: MAX_LINE_BYTES,
  });
  // Errors arrive where the lines are read.
  pipeline(createReadStream(file), parser, () => undefined);
  try {
    for await (const row of parser as AsyncIterable<string[]>) yield row;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new DatasetError(
      `${file}: expected comma-separated lines of equal length; ${error.message}. Check the file.`,
      { cause: error },
    );
  } finally {
    parser.destroy();
  }
  return undefined;
}
