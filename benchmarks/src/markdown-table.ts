/** Markdown tables, and figures as their cells show them. */
import type { Spread } from './statistics.ts';

/** A table whose first column is text and whose others are figures, aligned as Prettier does. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const widths = head.map((_, column) =>
    Math.max(column === 0 ? 3 : 4, ...[head, ...rows].map((cells) => cells[column]!.length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join(' | ')} |`;
  const rule = widths.map((width, column) =>
    column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

/** A number with three significant digits, thousands apart by commas: 1.21, 35.1, 48,100. */
export function formatFigure(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const digits = 3 - 1 - Math.floor(Math.log10(Math.abs(value)));
  const rounded = digits >= 0 ? value : Math.round(value * 10 ** digits) / 10 ** digits;
  return rounded.toLocaleString('en-US', {
    minimumFractionDigits: Math.max(0, digits),
    maximumFractionDigits: Math.max(0, digits),
  });
}

/** Median and, of several values, the range: `1.21 (1.18–1.30)`. */
export function formatSpread({ median, min, max }: Spread): string {
  if (min === max) return formatFigure(median);
  return `${formatFigure(median)} (${formatFigure(min)}–${formatFigure(max)})`;
}
