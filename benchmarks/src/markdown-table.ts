/** Markdown tables, and figures as their cells show them. */
import type { Spread } from './statistics.ts';

/** A table whose first column is text and whose others are figures. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, column) => (column === 0 ? '---' : '---:'));
  return [head, rule, ...rows].map(line).join('\n');
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
