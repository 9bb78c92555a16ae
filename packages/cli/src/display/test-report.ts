/** How well a network does on test data: classes, confusions, and one line of accuracy. */
import { printable, type ConfusionMatrix } from '@convnet/convnet';
import { count, percent } from './format.ts';
import type { Output } from './output.ts';
import { table } from './table.ts';

/** With more classes than this a matrix fits no screen; the worst confusions tell more then. */
const MOST_CLASSES_OF_MATRIX = 16;

/** Names up to this length head the columns of the matrix; longer ones are numbered. */
const LONGEST_COLUMN_NAME = 4;

/** How many of the worst confusions are listed. */
const LISTED_CONFUSIONS = 10;

/** Prints confusions, per-class figures and, last, `test accuracy: 98.43 %`. */
export function printTestReport(
  output: Output,
  matrix: ConfusionMatrix,
  rawNames: readonly string[],
): void {
  const classNames = rawNames.map(printable);
  if (classNames.length <= MOST_CLASSES_OF_MATRIX) printMatrix(output, matrix, classNames);
  else printWorstConfusions(output, matrix, classNames);
  const classes = matrix.perClass.map(({ precision, recall, support }, k) => [
    classNames[k]!,
    percent(precision),
    percent(recall),
    count(support),
  ]);
  const [classHeader, ...classRows] = table([
    ['class', 'precision', 'recall', 'images'],
    ...classes,
  ]);
  output.info('', output.colors.dim(classHeader), ...classRows, '');
  output.result(`test accuracy: ${percent(matrix.accuracy)}`);
}

function printMatrix(output: Output, matrix: ConfusionMatrix, classNames: readonly string[]): void {
  const { dim, green, red } = output.colors;
  const areShort = classNames.every((name) => name.length <= LONGEST_COLUMN_NAME);
  const columnNames = areShort ? classNames : classNames.map((_, k) => String(k));
  const rowNames = areShort ? classNames : classNames.map((name, k) => `${name} ${k}`);
  const cells = matrix.counts.map((row) => row.map(String));
  const nameWidth = Math.max(...rowNames.map((name) => name.length));
  const widths = columnNames.map((name, column) =>
    Math.max(name.length, ...cells.map((row) => row[column]!.length)),
  );
  const line = (name: string, row: readonly string[], paint: (cell: string, k: number) => string) =>
    `  ${name.padStart(nameWidth)}  ${row.map((cell, k) => paint(cell.padStart(widths[k]!), k)).join('  ')}`;
  output.info(
    '',
    'confusion matrix (rows: what it is, columns: what the network says)',
    dim(line('', columnNames, (cell) => cell)),
  );
  for (const [actual, row] of cells.entries()) {
    const paint = (cell: string, k: number) =>
      (k === actual ? green : cell.trim() === '0' ? dim : red)(cell);
    output.info(line(rowNames[actual]!, row, paint));
  }
}

function printWorstConfusions(
  output: Output,
  matrix: ConfusionMatrix,
  classNames: readonly string[],
): void {
  const confusions = matrix.counts
    .flatMap((row, actual) => row.map((images, said) => ({ images, actual, said })))
    .filter(({ images, actual, said }) => images > 0 && actual !== said)
    .sort((a, b) => b.images - a.images)
    .slice(0, LISTED_CONFUSIONS);
  if (confusions.length === 0) return;
  const [header, ...rows] = table([
    ['it is', 'the network says', 'images'],
    ...confusions.map(({ images, actual, said }) => [
      classNames[actual]!,
      classNames[said]!,
      count(images),
    ]),
  ]);
  output.info('', 'worst confusions', output.colors.dim(header), ...rows);
}
