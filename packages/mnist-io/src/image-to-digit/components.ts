/**
 * The connected pieces of ink, and which of them are digits.
 *
 * A digit may come in pieces: the bar of a 5, a stroke that the pen lost. Dust and noise come in
 * pieces too, but in tiny ones, or in small ones far away. Pixels are connected to all eight
 * neighbours (A. Rosenfeld and J. L. Pfaltz, "Sequential Operations in Digital Picture
 * Processing", 1966).
 */
import { groupBoxes, inReadingOrder } from './digit-groups.ts';
import type { PixelBox } from './plane.ts';
import type { InkLevels } from './threshold.ts';

/** A piece with this share of the largest one's ink belongs to the digit wherever it is. */
const LARGE_SHARE = 0.1;

/** A piece with a smaller share than this is dust wherever it is. */
const DUST_SHARE = 0.02;

/** A piece between the two belongs to the digit this near to its box, by its longer side. */
const NEAR = 0.15;

/** A piece is a sliver if its shorter side is less than this part of the longer one. */
const SLIVER = 1 / 20;

/** The pixels of a digit. */
export interface DigitMask {
  /** 1 where a pixel belongs to the digit, `[height, width]`. */
  readonly mask: Uint8Array;
  /** The smallest box that holds those of them that count for where strokes end. */
  readonly box: PixelBox;
  /** Pieces of ink that were left out as dust. */
  readonly specks: number;
  /** Sum of its ink. */
  readonly mass: number;
  /** Pixels of at least weak ink. */
  readonly area: number;
}

/** Which pieces are looked at, and how they go together. */
export interface DigitChoice {
  /** Pieces whose middle is outside are nothing to it. */
  readonly within?: PixelBox;
  /** All large pieces are one digit, wherever they are. */
  readonly join?: boolean;
  /**
   * Pieces that touch the border and are nothing to it: any, as what is beside a sheet shows there, or
   * slivers, as the last ruling of a page may leave.
   */
  readonly offBorder?: 'any' | 'slivers';
}

/**
 * Finds the digits among all ink, in the order in which they are read; none if nothing reaches the
 * strong level.
 * @param values - `[height, width]`; `sign` times a value is its ink.
 */
export function findDigits(
  values: Float32Array,
  width: number,
  sign: 1 | -1,
  levels: InkLevels,
  { within, join = false, offBorder }: DigitChoice = {},
): DigitMask[] {
  const height = values.length / width;
  const { labels, pieces } = labelPieces(values, width, sign, levels);
  const isChosen = (piece: Piece): boolean =>
    piece.peak >= levels.strong &&
    (!within || isMiddleIn(piece, within)) &&
    !(offBorder && touchesBorder(piece, width, height) && (offBorder === 'any' || isSliver(piece)));
  const strong = pieces.filter(isChosen);
  if (strong.length === 0) return [];
  const largest = strong.reduce((most, piece) => Math.max(most, piece.mass), 0);
  const bodies = strong.filter(({ mass }) => mass >= LARGE_SHARE * largest);
  const crumbs = strong.filter((piece) => {
    return piece.mass < LARGE_SHARE * largest && piece.mass >= DUST_SHARE * largest;
  });
  const groups = join
    ? [bodies]
    : groupBoxes(bodies.map((piece) => boxOf([piece]))).map((group) =>
        group.map((i) => bodies[i]!),
      );
  const owner = new Int32Array(pieces.length + 1);
  const digits = groups.map((group, k) => {
    const body = boxOf(group);
    const reach = NEAR * Math.max(body.width, body.height);
    const members = [...group, ...crumbs.filter((piece) => distance(piece, body) <= reach)];
    for (const { label } of members) owner[label] = k + 1;
    return members;
  });
  const specks = strong.length - new Set(digits.flat()).size;
  const found = digits.map((members, k) => ({
    mask: Uint8Array.from(labels, (label) => (label > 0 && owner[label] === k + 1 ? 1 : 0)),
    box: boxOf(members),
    specks,
    mass: members.reduce((sum, { mass }) => sum + mass, 0),
    area: members.reduce((sum, { area }) => sum + area, 0),
  }));
  return inReadingOrder(found, ({ box }) => box);
}

function isMiddleIn(piece: Piece, box: PixelBox): boolean {
  const x = (piece.left + piece.right) / 2;
  const y = (piece.top + piece.bottom) / 2;
  return x >= box.left && x < box.left + box.width && y >= box.top && y < box.top + box.height;
}

function isSliver({ left, right, top, bottom }: Piece): boolean {
  const [width, height] = [right - left + 1, bottom - top + 1];
  return Math.min(width, height) < SLIVER * Math.max(width, height);
}

function touchesBorder(piece: Piece, width: number, height: number): boolean {
  return (
    piece.left === 0 || piece.top === 0 || piece.right === width - 1 || piece.bottom === height - 1
  );
}

interface Piece {
  readonly label: number;
  readonly mass: number;
  readonly area: number;
  readonly peak: number;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The mask grown by `reach` pixels to each side, as a square of 2 reach + 1 would paint it. */
export function growMask(mask: Uint8Array, width: number, reach: number): Uint8Array {
  const height = mask.length / width;
  const across = growAlong(mask, height, width, 1, width, reach);
  return growAlong(across, width, height, width, 1, reach);
}

/** Grows along one axis: `lines` lines of `length` pixels. */
function growAlong(
  mask: Uint8Array,
  lines: number,
  length: number,
  step: number,
  lineStep: number,
  reach: number,
): Uint8Array {
  const grown = new Uint8Array(mask.length);
  for (let line = 0; line < lines; line++) {
    const start = line * lineStep;
    let next = 0; // the first pixel not yet decided
    for (let i = 0; i < length; i++) {
      if (mask[start + i * step] === 0) continue;
      const end = Math.min(length, i + reach + 1);
      for (let j = Math.max(next, i - reach); j < end; j++) grown[start + j * step] = 1;
      next = end;
    }
  }
  return grown;
}

/** Labels, from 1, of all pieces of at least weak ink; 0 elsewhere. */
function labelPieces(
  values: Float32Array,
  width: number,
  sign: 1 | -1,
  { weak, edge }: InkLevels,
): { labels: Int32Array; pieces: Piece[] } {
  const height = values.length / width;
  const labels = new Int32Array(values.length);
  const waiting = new Int32Array(values.length);
  const pieces: Piece[] = [];
  for (let seed = 0; seed < values.length; seed++) {
    if (labels[seed] !== 0 || !(sign * values[seed]! >= weak)) continue;
    const label = pieces.length + 1;
    let [mass, area, peak, left, right, top, bottom] = [0, 0, 0, width, 0, height, 0];
    let count = 1;
    waiting[0] = seed;
    labels[seed] = label;
    while (count > 0) {
      count -= 1;
      const position = waiting[count]!;
      const x = position % width;
      const y = (position - x) / width;
      const ink = sign * values[position]!;
      mass += ink;
      area += 1;
      peak = Math.max(peak, ink);
      if (ink >= edge) {
        left = Math.min(left, x);
        right = Math.max(right, x);
        top = Math.min(top, y);
        bottom = Math.max(bottom, y);
      }
      for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++) {
        for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++) {
          const neighbour = row * width + column;
          if (labels[neighbour] !== 0 || !(sign * values[neighbour]! >= weak)) continue;
          labels[neighbour] = label;
          waiting[count] = neighbour;
          count += 1;
        }
      }
    }
    pieces.push({ label, mass, area, peak, left, top, right, bottom });
  }
  return { labels, pieces };
}

function boxOf(pieces: readonly Piece[]): PixelBox {
  let [left, top, right, bottom] = [Infinity, Infinity, -1, -1];
  for (const piece of pieces) {
    left = Math.min(left, piece.left);
    top = Math.min(top, piece.top);
    right = Math.max(right, piece.right);
    bottom = Math.max(bottom, piece.bottom);
  }
  return { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/** Pixels between a piece and a box, along the axis where they are farther apart. */
function distance(piece: Piece, box: PixelBox): number {
  const across = Math.max(box.left - piece.right, piece.left - (box.left + box.width - 1));
  const down = Math.max(box.top - piece.bottom, piece.top - (box.top + box.height - 1));
  return Math.max(across, down, 0);
}
