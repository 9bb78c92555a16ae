/**
 * Which pieces of ink are one digit, and in which order digits are read.
 *
 * A digit may come in pieces: the bar of a 5, a stroke that the pen lost. Pieces belong together if
 * one lies above the other or hardly any paper is between them; two as tall as digits that stand
 * side by side are two digits. Lines of digits are read from the top, each from the left.
 */
import type { PixelBox } from './plane.ts';

/** Boxes this near to each other, by the taller one's height, are one digit. */
const TOUCHING = 0.06;

/** A piece shorter than this part of a digit beside it is a part of that digit, if it is near. */
const SHORT = 0.5;

/** How near, by the longer side of the larger box. */
const NEAR = 0.15;

/** The part of the narrower piece that lies below the other, if they are one above the other. */
const BELOW = 0.5;

/** The larger part of its height that a piece shares with the line it is in. */
const IN_LINE = 0.5;

/** Groups, each a list of the indices of its boxes. */
export function groupBoxes(boxes: readonly PixelBox[]): number[][] {
  let groups = boxes.map((box, i) => ({ members: [i], box }));
  for (;;) {
    const pair = firstPair(groups.map(({ box }) => box));
    if (!pair) return groups.map(({ members }) => members);
    const [a, b] = [groups[pair[0]]!, groups[pair[1]]!];
    const joined = { members: [...a.members, ...b.members], box: around([a.box, b.box]) };
    groups = [...groups.filter((group) => group !== a && group !== b), joined];
  }
}

function firstPair(boxes: readonly PixelBox[]): [number, number] | undefined {
  for (const [i, a] of boxes.entries()) {
    for (let j = i + 1; j < boxes.length; j++) if (areOneDigit(a, boxes[j]!)) return [i, j];
  }
  return undefined;
}

function areOneDigit(a: PixelBox, b: PixelBox): boolean {
  const { across, down } = gaps(a, b);
  const tallest = Math.max(a.height, b.height);
  const gap = Math.max(across, down, 0);
  const isShort = Math.min(a.height, b.height) < SHORT * tallest;
  const isBelow = -across >= BELOW * Math.min(a.width, b.width);
  if (isBelow) return gap <= (isShort ? 2 * NEAR : TOUCHING) * tallest;
  if (across < 0) return isShort;
  return gap <= (isShort ? NEAR : TOUCHING) * tallest;
}

/** Pixels between two boxes along each axis; negative where they overlap. */
export function gaps(a: PixelBox, b: PixelBox): { across: number; down: number } {
  return {
    across: Math.max(a.left, b.left) - Math.min(a.left + a.width, b.left + b.width),
    down: Math.max(a.top, b.top) - Math.min(a.top + a.height, b.top + b.height),
  };
}

/** The smallest box that holds all. */
export function around(boxes: readonly PixelBox[]): PixelBox {
  const left = Math.min(...boxes.map((box) => box.left));
  const top = Math.min(...boxes.map((box) => box.top));
  const right = Math.max(...boxes.map((box) => box.left + box.width));
  const bottom = Math.max(...boxes.map((box) => box.top + box.height));
  return { left, top, width: right - left, height: bottom - top };
}

/** Things in the order in which they are read. */
export function inReadingOrder<T>(things: readonly T[], boxOf: (thing: T) => PixelBox): T[] {
  const lines: { box: PixelBox; members: T[] }[] = [];
  const tallestFirst = [...things].sort((a, b) => boxOf(b).height - boxOf(a).height);
  for (const thing of tallestFirst) {
    const box = boxOf(thing);
    const line = lines.find((other) => {
      const shared = -gaps(box, other.box).down;
      return shared >= IN_LINE * Math.min(box.height, other.box.height);
    });
    if (line) line.members.push(thing);
    else lines.push({ box, members: [thing] });
  }
  lines.sort((a, b) => a.box.top - b.box.top);
  return lines.flatMap(({ members }) => members.sort((a, b) => boxOf(a).left - boxOf(b).left));
}
