/** What the measurements say, in sentences: how time and memory grow, and where PyTorch needs less. */
import { formatFigure } from '../markdown-table.ts';
import { axisTexts } from './axis-text.ts';
import type { ContenderId } from './contenders.ts';
import {
  comparisons,
  growth,
  type Comparison,
  type Figures,
  type GrowthRun,
  type Row,
} from './figures.ts';
import { basePoint, pointKey, type Axis } from './points.ts';

/** How the time of an epoch and memory grow along an axis, as far as both were measured. */
export function growthSentence(axis: Axis, all: readonly Row[]): string {
  const rows: readonly Row[] = all.filter(({ figures }) => figures.convnet && figures.pytorch);
  const [first] = rows;
  const last = rows.at(-1);
  if (!first || !last || first === last) return '';
  const between = `${axisTexts[axis].phrase} ${formatValue(first, axis)} to ${formatValue(last, axis)}`;
  const times = (id: ContenderId, read: (figures: Figures) => number): string =>
    formatFigure(growth(rows, id, read)!);
  const seconds = (id: ContenderId): string => times(id, (found) => found.epochSeconds.median);
  const memory = (id: ContenderId): string => times(id, (found) => found.megabytes);
  return `From ${between}, an epoch comes to take ${seconds('convnet')} times as long in this library and ${seconds('pytorch')} times in PyTorch, and ${memory('convnet')} and ${memory('pytorch')} times as much memory.`;
}

export function formatValue({ point }: Row, axis: Axis): string {
  return point[axis].toLocaleString('en-US');
}

/** Where PyTorch is faster or needs less memory, and by how much. */
export function lossesText(run: GrowthRun, rows: readonly Row[]): string {
  const all = comparisons(rows);
  if (all.length === 0) return 'No point was measured in both.';
  const slower = all.filter(({ time, close }) => time > 1 && !close);
  const close = all.filter((comparison) => comparison.close);
  const larger = all.filter(({ memory }) => memory > 1);
  const parts = [
    summary('is slower', 'long', all, slower, ({ time }) => time),
    ...list(run, slower, ({ time }) => `${formatFigure(time)} times as long`),
    ...(close.length > 0 && run.rounds > 1
      ? [
          `At ${counted(close.length)} the ranges of the rounds overlap, and neither is called faster: ${close.map(({ row }) => nameOf(run, row)).join('; ')}.`,
        ]
      : []),
    summary('takes more memory', 'much', all, larger, ({ memory }) => memory),
    ...list(run, larger, ({ memory }) => `${formatFigure(memory)} times as much`),
  ];
  return parts.join('\n\n');
}

function summary(
  claim: string,
  measure: 'long' | 'much',
  all: readonly Comparison[],
  worse: readonly Comparison[],
  read: (comparison: Comparison) => number,
): string {
  const where = `of the ${counted(all.length)} measured in both`;
  if (worse.length === 0) return `This library ${claim} than PyTorch at none ${where}.`;
  const most = formatFigure(Math.max(...worse.map(read)));
  return `This library ${claim} than PyTorch at ${worse.length} ${where}; at the worst it takes ${most} times as ${measure}:`;
}

function list(
  run: GrowthRun,
  worse: readonly Comparison[],
  say: (comparison: Comparison) => string,
): string[] {
  if (worse.length === 0) return [];
  return [
    worse.map((comparison) => `- ${nameOf(run, comparison.row)}: ${say(comparison)}`).join('\n'),
  ];
}

function counted(points: number): string {
  return `${points} ${points === 1 ? 'point' : 'points'}`;
}

/** What sets a point apart from the base point. */
function nameOf({ cores }: GrowthRun, row: Row): string {
  if (pointKey(row.point) === pointKey(basePoint(cores))) return 'the base point';
  return `${axisTexts[row.axis].phrase} ${formatValue(row, row.axis)}`;
}
