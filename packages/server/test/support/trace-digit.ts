/**
 * The pen strokes that may have drawn a 28 × 28 digit: its skeleton, followed from end to end.
 * Neighbouring pixels of the skeleton are linked; every link is walked once, straight on where
 * lines cross.
 */
import { skeletonOf } from './skeleton.ts';
import type { Place } from './strokes.ts';

const SIZE = 28;
const INK_THRESHOLD = 100;

/** Links from each pixel of a skeleton to its neighbours, removed as they are walked. */
type Links = Map<number, Set<number>>;

function linksOf(skeleton: Uint8Array): Links {
  const links: Links = new Map();
  const isOn = (position: number): boolean => skeleton[position] === 1;
  for (const [position, value] of skeleton.entries()) {
    if (value === 0) continue;
    const neighbours = new Set<number>();
    for (const dy of [-1, 0, 1]) {
      for (const dx of [-1, 0, 1]) {
        if ((dx === 0 && dy === 0) || !isOn(position + dy * SIZE + dx)) continue;
        // A diagonal beside a corner would only cut it.
        const isCut = dx !== 0 && dy !== 0 && (isOn(position + dx) || isOn(position + dy * SIZE));
        if (!isCut) neighbours.add(position + dy * SIZE + dx);
      }
    }
    links.set(position, neighbours);
  }
  return links;
}

const column = (position: number): number => position % SIZE;
const row = (position: number): number => Math.floor(position / SIZE);

/** How far `next` turns from the way that the last pixels of `path` went; less is straighter. */
function turn(path: readonly number[], next: number): number {
  const here = path.at(-1)!;
  const before = path.at(-4) ?? path[0]!;
  const heading = Math.atan2(row(here) - row(before), column(here) - column(before));
  const step = Math.atan2(row(next) - row(here), column(next) - column(here));
  return here === before ? 0 : 1 - Math.cos(step - heading);
}

function walk(links: Links, start: number): number[] {
  const path = [start];
  for (;;) {
    const here = path.at(-1)!;
    const ways = [...links.get(here)!];
    if (ways.length === 0) return path;
    const next = ways.reduce((best, way) => (turn(path, way) < turn(path, best) ? way : best));
    links.get(here)!.delete(next);
    links.get(next)!.delete(here);
    path.push(next);
  }
}

/** Rounds off the steps of the pixel grid. */
function smooth(path: readonly number[]): Place[] {
  const places = path.map((at): Place => [(column(at) + 0.5) / SIZE, (row(at) + 0.5) / SIZE]);
  return places.map(([x, y], i) => {
    const [before, after] = [places[i - 1], places[i + 1]];
    if (!before || !after) return [x, y];
    return [(before[0] + 2 * x + after[0]) / 4, (before[1] + 2 * y + after[1]) / 4];
  });
}

/** Strokes of a digit given as bytes `[28, 28]`, 0 background to 255 ink. */
export function traceDigit(pixels: Uint8Array): Place[][] {
  const ink = Uint8Array.from(pixels, (value) => (value >= INK_THRESHOLD ? 1 : 0));
  const links = linksOf(skeletonOf(ink, SIZE));
  const isDot = [...links].filter(([, neighbours]) => neighbours.size === 0).map(([at]) => at);
  const strokes = isDot.map((at) => [at]);
  // A line is walked from an end; what has none is a circle, and any place will do.
  for (const canStart of [(size: number) => size % 2 === 1, (size: number) => size > 0]) {
    for (const [start, neighbours] of links) {
      while (canStart(neighbours.size)) strokes.push(walk(links, start));
    }
  }
  return strokes.map(smooth);
}
