/**
 * How people write the ten digits: for each, one to three ways, as the strokes of a pen. Made up
 * for this file, from no one's handwriting.
 *
 * A stroke is a list of points `x,y` that a smooth curve passes through, x to the right and y
 * down, in hundredths of a digit's height; a digit is about 60 wide. At a point marked `!`, a
 * corner, the curve breaks and sets out in a new direction.
 */

/** A point of a stroke, in heights of the digit. */
export interface StrokePoint {
  readonly x: number;
  readonly y: number;
  /** Whether the pen changes direction here at once. */
  readonly isCorner: boolean;
}

/** What the pen draws between being put down and lifted. */
export type Stroke = readonly StrokePoint[];

/** One way to write a digit, and how common it is beside the others. */
export interface WritingStyle {
  readonly weight: number;
  readonly strokes: readonly Stroke[];
}

function style(weight: number, ...strokes: string[]): WritingStyle {
  return { weight, strokes: strokes.map((points) => points.split(' ').map(parsePoint)) };
}

function parsePoint(text: string): StrokePoint {
  const [x, y] = text.replace('!', '').split(',').map(Number);
  return { x: x! / 100, y: y! / 100, isCorner: text.endsWith('!') };
}

const ZERO = [
  style(3, '36,0 12,14 0,50 10,86 32,100 55,86 64,50 56,14 33,0'),
  style(1, '50,7 30,0 8,18 0,55 10,90 30,100 50,84 60,45 50,12 30,5'),
];

const ONE = [
  style(5, '30,0 30,50 30,100'),
  style(2, '12,22 32,0! 32,50 32,100'),
  style(1, '12,20 32,0! 32,50 32,100', '8,100 32,100 56,100'),
];

const TWO = [
  style(2, '3,24 12,6 32,0 52,9 56,30 42,56 20,82 2,100! 30,98 65,97'),
  style(2, '5,18 20,2 42,3 54,20 48,45 30,74 14,95 2,95 4,81 20,82 42,97 68,93'),
  style(1, '6,10 28,0 50,12 48,40 26,74 3,96! 22,90 42,98 62,88'),
];

const THREE = [
  style(3, '5,14 24,0 46,5 53,22 42,40 20,47! 45,53 58,72 48,93 25,100 3,88'),
  style(1, '5,2 30,2 54,2! 40,20 24,40! 46,47 58,68 47,92 22,100 2,90'),
  style(1, '8,12 28,0 50,10 48,32 30,46 20,50 26,53 42,53 56,68 48,92 24,100 2,94'),
];

const FOUR = [
  style(3, '12,3 7,30 2,56! 30,55 65,52', '52,6 48,50 45,100'),
  style(1, '50,0! 25,32 0,63! 35,63 68,62', '50,0 49,50 48,100'),
  style(2, '10,2 4,28 12,48 32,52 56,40', '60,0 55,50 50,100'),
];

const FIVE = [
  style(3, '13,3 10,22 7,45! 28,38 50,47 58,68 48,90 25,100 2,92', '13,3 35,3 62,0'),
  style(2, '64,2 40,2 20,5 12,26 14,43 36,48 52,63 48,88 26,100 2,92'),
];

const SIX = [
  style(2, '48,0 28,15 10,42 3,70 12,93 32,100 52,88 54,68 38,55 18,62 7,80'),
  style(2, '30,0 14,30 4,62 8,90 28,100 50,92 54,74 40,62 22,68 12,86'),
];

const SEVEN = [
  style(3, '2,7 30,5 60,2! 46,34 32,67 22,100'),
  style(1, '2,6 30,4 60,2! 44,36 30,68 20,100', '14,52 35,50 58,47'),
  style(1, '3,20 5,4! 30,8 54,4 58,12 46,40 36,70 32,100'),
];

const EIGHT = [
  style(3, '50,13 30,0 10,10 10,29 30,46 52,66 52,88 30,100 8,90 8,70 30,48 50,30 52,13'),
  style(1, '30,47 12,38 10,14 30,0 50,12 48,36 30,47', '30,47 7,62 6,88 30,100 54,88 54,62 30,47'),
];

const NINE = [
  style(3, '52,12 34,0 12,10 4,32 18,48 38,42 53,12! 50,50 44,100'),
  style(2, '54,20 38,1 14,8 5,30 20,46 42,38 54,18 56,50 48,84 28,100 6,92'),
  style(1, '46,4 20,2 4,20 12,40 36,36 54,10 50,36 38,70 28,100'),
];

/** The ways to write each digit: entry 0 for zero … entry 9 for nine. */
export const WRITING_STYLES: readonly (readonly WritingStyle[])[] = [
  ZERO,
  ONE,
  TWO,
  THREE,
  FOUR,
  FIVE,
  SIX,
  SEVEN,
  EIGHT,
  NINE,
];
