/** How well a network does on test data: classes, confusions, and one line of accuracy. */
import type { ConfusionMatrix } from '@convnet/convnet';
import { count, percent } from './format.ts';
import type { Output } from './output.ts';

/** Rows of equal columns: the first to the left, numbers to the right. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) => `  ${row.map((cell, i) => cell.padStart(widths[i]!)).join('  ')}`);
}

/** Prints confusion matrix, per-class figures and, last, `test accuracy: 98.43 %`. */
export function printTestReport(
  output: Output,
  matrix: ConfusionMatrix,
  classNames: readonly string[],
): void {
  const { dim, green, red } = output.colors;
  const counts = table([
    ['', ...classNames],
    ...matrix.counts.map((row, k) => [classNames[k]!, ...row.map(String)]),
  ]);
  const [header, ...rows] = counts;
  output.info(
    '',
    'confusion matrix (rows: what it is, columns: what the network says)',
    dim(header),
  );
  for (const [actual, row] of rows.entries()) {
    output.info(colorCells(row, actual, { correct: green, wrong: red, none: dim }));
  }
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
  output.info('', dim(classHeader), ...classRows, '');
  output.result(`test accuracy: ${percent(matrix.accuracy)}`);
}

type Paint = (text: string) => string;

/** Paints the numbers of one row: the diagonal, other counts, and zeros. */
function colorCells(
  row: string,
  actual: number,
  { correct, wrong, none }: { correct: Paint; wrong: Paint; none: Paint },
): string {
  let column = -1; // the first cell is the class name
  return row.replace(/\S+/g, (cell) => {
    const paint = column === actual ? correct : cell === '0' ? none : wrong;
    const painted = column < 0 ? cell : paint(cell);
    column += 1;
    return painted;
  });
}
