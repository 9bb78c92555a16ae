/**
 * Data sets as CSV, as Kaggle has them: one image in a line, its label first, then its pixels row
 * after row. The first line may name the columns: `label,pixel0,pixel1,…` or `label,1x1,1x2,…`
 * (row × column), which also tells height and width; without it images are square, grey or, if that
 * fits, of red, green and blue. Labels are numbers, or words. Read and written line by line.
 */
import { shown } from '@convnet/tensor';
import { open } from 'node:fs/promises';
import { DatasetError } from '../../errors.ts';
import { csvNames } from './format-names.ts';
import {
  batchSizeFor,
  bytesOf,
  type ImageShape,
  type LabelledBatch,
  type OpenDataset,
  type SetWriter,
} from './labelled-images.ts';
import { byNaturalOrder } from './natural-order.ts';
import { MAX_CLASSES, type DatasetDescription } from './dataset-description.ts';
import { openSource, setsNamed } from './open-source.ts';

/** Names that the column of the labels may have. */
const LABEL_COLUMN = /^(label|class|target|y)$/i;

const COLOURS = 3;

/** Rows of fewer pixels are no pictures in colour. */
const SMALLEST_SIDE_IN_COLOUR = 8;

/**
 * The data set in a folder with `train.csv` or `test.csv`, or in a file.
 * @param description - tells the classes in their order, and the shape of the images.
 */
export async function readCsv(
  input: string,
  { classes, shape }: DatasetDescription = {},
): Promise<OpenDataset> {
  const words = new Set<string>();
  // Known when all files have been opened; asked when their lines are read.
  const labels = new Map<string, number>();
  const setsIn = setsNamed(csvNames);
  const { sets } = await openSource(input, undefined, {
    setsIn,
    open: async (found) => {
      const layout = await layoutOf(found.images, shape);
      if (layout.hasWords) await collectWords(found.images, layout, words);
      const { height, width, channels } = layout;
      const batches = () => linesOf(found.images, layout, labels);
      return { split: found.split, height, width, channels, batches };
    },
  });
  const classNames = classes ?? (words.size > 0 ? [...words].sort(byNaturalOrder) : undefined);
  for (const [label, name] of (classNames ?? []).entries()) labels.set(name, label);
  return { sets, classNames };
}

interface Layout extends ImageShape {
  readonly labelColumn: number;
  readonly isHeader: boolean;
  /** Whether labels are words, by the first line that has one. */
  readonly hasWords: boolean;
}

/** The lines of a file, without its header. */
async function* linesIn(
  file: string,
  isHeader: boolean,
): AsyncGenerator<readonly string[], undefined, undefined> {
  // Loaded here alone, with the parser that it brings.
  const { csvLines } = await import('./csv-lines.ts');
  let isFirst = isHeader;
  for await (const cells of csvLines(file)) {
    if (!isFirst) yield cells;
    isFirst = false;
  }
  return undefined;
}

/** The first two lines of a file, one, or none. */
async function firstLines(file: string): Promise<readonly (readonly string[])[]> {
  const lines: (readonly string[])[] = [];
  for await (const cells of linesIn(file, false)) {
    lines.push(cells);
    if (lines.length === 2) break;
  }
  return lines;
}

/** Adds the words that are labels. */
async function collectWords(file: string, layout: Layout, words: Set<string>): Promise<void> {
  for await (const cells of linesIn(file, layout.isHeader)) {
    words.add(cells[layout.labelColumn]!);
    if (words.size > MAX_CLASSES) {
      throw new DatasetError(
        `${file}: expected at most ${MAX_CLASSES} classes; received more names of classes. Check the column of the labels.`,
      );
    }
  }
}

async function* linesOf(
  file: string,
  layout: Layout,
  labelOfName: ReadonlyMap<string, number>,
): AsyncGenerator<LabelledBatch, void, undefined> {
  const { labelColumn, isHeader, hasWords } = layout;
  const labelOf = (cell: string): number => {
    const label = labelOfName.get(cell);
    if (label !== undefined) return label;
    throw new DatasetError(
      `${file}: expected names of the classes as labels; received ${shown(cell)} in line ${line}. Correct it, or add the name to the classes of the description.`,
    );
  };
  const bytes = bytesOf(layout);
  const size = batchSizeFor(bytes);
  const rows = linesIn(file, isHeader);
  let line = isHeader ? 2 : 1;
  let cells = (await rows.next()).value;
  try {
    while (cells) {
      const pixels = new Uint8Array(size * bytes);
      const labels = new Uint8Array(size);
      let count = 0;
      for (; cells && count < size; count++, line++) {
        const label = hasWords ? labelOf(cells[labelColumn]!) : undefined;
        readRow(file, line, cells, { labelColumn, label }, labels, pixels, count);
        cells = (await rows.next()).value;
      }
      yield { pixels: pixels.subarray(0, count * bytes), labels: labels.subarray(0, count) };
    }
  } finally {
    await rows.return(undefined);
  }
}

function isByte(cell: string): boolean {
  return /^\d{1,3}$/.test(cell) && Number(cell) <= 255;
}

async function layoutOf(file: string, described: DatasetDescription['shape']): Promise<Layout> {
  const [first, second] = await firstLines(file);
  if (!first) {
    throw new DatasetError(
      `${file}: expected lines of a label and pixels; received an empty file. Check the path.`,
    );
  }
  const areBytes = (cells: readonly string[]): boolean => cells.every(isByte);
  const isHeader =
    !areBytes(first.slice(1)) || first.length < 2 || LABEL_COLUMN.test(first[0]!.trim());
  const labelColumn = isHeader ? first.findIndex((name) => LABEL_COLUMN.test(name.trim())) : 0;
  if (labelColumn < 0 || first.length < 2) throw new DatasetError(`${file}: ${labelAdvice(first)}`);
  const label = (isHeader ? second : first)?.[labelColumn] ?? '0';
  const shape = shapeOf(first.length - 1, isHeader ? first.at(-1)!.trim() : '', described);
  if (!shape) {
    const wanted = described ? `${described.join(' · ')} pixels, as its description says,` : '';
    throw new DatasetError(
      `${file}: expected a label and ${wanted || 'the pixels of a square image'} in each line, or columns called 1x1, 1x2, …; received ${first.length - 1} pixels. Check the columns.`,
    );
  }
  return { ...shape, labelColumn, isHeader, hasWords: !isByte(label) && label !== '' };
}

/** The shape of images of so many pixels: what is described, what the last column is called, or square. */
function shapeOf(
  count: number,
  lastColumn: string,
  described: DatasetDescription['shape'],
): ImageShape | undefined {
  const place = /^(\d+)x(\d+)$/.exec(lastColumn)?.map(Number);
  const square = (channels: number): ImageShape => {
    const side = Math.sqrt(count / channels);
    return { height: side, width: side, channels };
  };
  const shapes = described
    ? [{ height: described[0], width: described[1], channels: described[2] }]
    : place
      ? [{ height: place[1]!, width: place[2]!, channels: 1 }]
      : [square(1), square(COLOURS)];
  const isLikely = ({ height, channels }: ImageShape): boolean =>
    Number.isInteger(height) && (channels === 1 || height >= SMALLEST_SIDE_IN_COLOUR);
  return shapes.find((shape) => (described ?? isLikely(shape)) && bytesOf(shape) === count);
}

/** Why the first line has no column of labels. */
function labelAdvice(first: readonly string[]): string {
  const [label = ''] = first;
  if (first.length === 1) {
    return `expected a label and pixels, separated by commas; received one column, ${shown(label)}. Put commas between them.`;
  }
  const columns = first.slice(0, 3).map(shown);
  return `expected a column called label; received ${columns.join(', ')}, …. A set without labels cannot be converted.`;
}

function readRow(
  file: string,
  line: number,
  cells: readonly string[],
  { labelColumn, label }: { readonly labelColumn: number; readonly label: number | undefined },
  labels: Uint8Array,
  pixels: Uint8Array,
  index: number,
): void {
  let end = index * (cells.length - 1);
  for (let column = 0; column < cells.length; column++) {
    const cell = cells[column]!;
    if (column === labelColumn && label !== undefined) {
      labels[index] = label;
      continue;
    }
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
export async function writeCsv(file: string, shape: ImageShape): Promise<SetWriter> {
  const handle = await open(file, 'wx');
  const { height, width, channels } = shape;
  const length = bytesOf(shape);
  const nameOf = (pixel: number): string =>
    height === width || channels > 1
      ? `pixel${pixel}`
      : `${Math.floor(pixel / width) + 1}x${(pixel % width) + 1}`;
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
