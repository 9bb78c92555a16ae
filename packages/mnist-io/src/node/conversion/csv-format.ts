/**
 * Data sets as CSV, as Kaggle has them: one image in a line, its label first, then its pixels row
 * after row. The first line may name the columns: `label,pixel0,pixel1,…` or `label,1x1,1x2,…`
 * (row × column), which also tells height and width; without it images are square. Read and
 * written line by line.
 */
import { shown } from '@convnet/tensor';
import { open } from 'node:fs/promises';
import { DatasetError } from '../../errors.ts';
import { CLASS_NAMES_FILE, csvNames } from './formats.ts';
import {
  batchSizeFor,
  type ImageSize,
  type LabelledBatch,
  type LabelledImages,
  type OpenDataset,
  type SetWriter,
} from './labelled-images.ts';
import { openSource, setsNamed, type SetFiles } from './open-source.ts';

/** Names that the column of the labels may have. */
const LABEL_COLUMN = /^(label|class|target|y)$/i;

/** The data set in a folder with `train.csv` or `test.csv`, or in a file. */
export function readCsv(input: string): Promise<OpenDataset> {
  return openSource(input, undefined, { setsIn: setsNamed(csvNames), open: openCsv });
}

interface Layout extends ImageSize {
  readonly labelColumn: number;
}

async function openCsv({ images: file, split }: SetFiles): Promise<LabelledImages> {
  // Loaded here alone, with the parser that it brings.
  const { csvLines } = await import('./csv-lines.ts');
  const rows = csvLines(file);
  const first = await rows.next();
  if (first.done === true) {
    throw new DatasetError(
      `${file}: expected lines of a label and pixels; received an empty file. Check the path.`,
    );
  }
  const isHeader = first.value.some((cell) => cell.trim() !== '' && !isByte(cell));
  const { labelColumn, height, width } = layoutOf(file, first.value, isHeader);
  async function* batches(): AsyncGenerator<LabelledBatch, void, undefined> {
    const size = batchSizeFor(height * width);
    let line = 1;
    let cells = isHeader ? (await rows.next()).value : first.value;
    if (isHeader) line += 1;
    try {
      while (cells) {
        const pixels = new Uint8Array(size * height * width);
        const labels = new Uint8Array(size);
        let count = 0;
        for (; cells && count < size; count++, line++) {
          readRow(file, line, cells, labelColumn, labels, pixels, count);
          cells = (await rows.next()).value;
        }
        yield {
          pixels: pixels.subarray(0, count * height * width),
          labels: labels.subarray(0, count),
        };
      }
    } finally {
      await rows.return(undefined);
    }
  }
  return { split, height, width, batches };
}

function isByte(cell: string): boolean {
  return /^\d{1,3}$/.test(cell) && Number(cell) <= 255;
}

function layoutOf(file: string, first: readonly string[], isHeader: boolean): Layout {
  const labelColumn = isHeader ? first.findIndex((name) => LABEL_COLUMN.test(name.trim())) : 0;
  if (labelColumn < 0) {
    throw new DatasetError(`${file}: ${labelAdvice(first)}`);
  }
  const pixelCount = first.length - 1;
  const place = isHeader && /^(\d+)x(\d+)$/.exec(first.at(-1)!.trim());
  const side = Math.sqrt(pixelCount);
  const [height, width] = place ? [Number(place[1]), Number(place[2])] : [side, side];
  if (pixelCount === 0 || height * width !== pixelCount || !Number.isInteger(height)) {
    throw new DatasetError(
      `${file}: expected a label and the pixels of a square image in each line, or columns called 1x1, 1x2, …; received ${pixelCount} pixels. Check the columns.`,
    );
  }
  return { labelColumn, height, width };
}

/** Why the first line has no column of labels. */
function labelAdvice(first: readonly string[]): string {
  const [label = '', ...pixels] = first;
  if (pixels.length === 0) {
    return `expected a label and pixels, separated by commas; received one column, ${shown(label)}. Put commas between them.`;
  }
  if (pixels.every(isByte)) {
    return `expected labels as numbers from 0 to 255; received ${shown(label)}. Number the classes from 0, and write their names into ${CLASS_NAMES_FILE} beside the file, one in a line.`;
  }
  const columns = first.slice(0, 3).map(shown);
  return `expected a column called label; received ${columns.join(', ')}, …. A set without labels cannot be converted.`;
}

function readRow(
  file: string,
  line: number,
  cells: readonly string[],
  labelColumn: number,
  labels: Uint8Array,
  pixels: Uint8Array,
  index: number,
): void {
  let end = index * (cells.length - 1);
  for (let column = 0; column < cells.length; column++) {
    const cell = cells[column]!;
    const value = Number(cell);
    // As fast as can be: there are tens of millions of cells.
    if (cell === '' || !(value >= 0 && value <= 255) || value !== (value | 0)) {
      throw new DatasetError(
        `${file}: expected whole numbers from 0 to 255; received ${shown(cell)} in line ${line}, column ${column + 1}. Correct it.`,
      );
    }
    if (column === labelColumn) labels[index] = value;
    else pixels[end++] = value;
  }
}

/** Writes one set as a file. */
export async function writeCsv(file: string, { height, width }: ImageSize): Promise<SetWriter> {
  const handle = await open(file, 'wx');
  const length = height * width;
  const nameOf = (pixel: number): string =>
    height === width ? `pixel${pixel}` : `${Math.floor(pixel / width) + 1}x${(pixel % width) + 1}`;
  const columns = Array.from({ length }, (_, pixel) => nameOf(pixel));
  await handle.appendFile(`${['label', ...columns].join()}\n`);
  return {
    async append({ pixels, labels }) {
      let text = '';
      for (const [index, label] of labels.entries()) {
        text += `${label},${pixels.subarray(index * length, (index + 1) * length).join()}\n`;
      }
      await handle.appendFile(text);
    },
    finish: () => handle.close(),
    close: () => handle.close(),
  };
}
