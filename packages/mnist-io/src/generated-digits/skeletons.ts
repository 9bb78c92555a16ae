/**
 * How people write the ten digits: for each, several ways, as the strokes of a pen. Made up for
 * this file from knowing how to write, and from no one's handwriting.
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

/** One stroke of the pen, from putting it down to lifting it. */
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
  // Closed.
  style(5, '36,0 12,14 0,50 10,86 32,100 55,86 64,50 56,14 33,0'),
  // Begun with a lead-in from the right.
  style(3, '56,10 34,1 12,16 0,52 10,88 30,100 54,84 62,46 50,14 26,4'),
  // Open at the top.
  style(2, '26,2 8,18 0,54 10,90 32,100 54,86 64,50 58,18 40,4'),
  // Drawn the other way around.
  style(1, '24,4 50,8 64,44 56,84 34,100 10,88 0,52 8,18 34,0'),
  // Its end crosses its beginning and runs inside.
  style(2, '44,0 16,12 0,50 10,88 32,100 56,82 62,40 46,6 30,4 24,18'),
  // Round.
  style(2, '44,0 14,12 0,50 14,88 46,100 78,86 90,48 76,12 40,0'),
  // A long tail that runs through the middle.
  style(1, '40,0 12,12 0,52 12,90 36,100 58,84 62,40 46,6 24,8 18,30 34,54'),
  // Open at the top right, the ends apart.
  style(1, '20,4 2,40 6,84 32,100 58,82 64,40 56,2'),
  // A hat: the beginning stands out at the top.
  style(1, '66,2 40,4 14,20 0,56 12,92 36,100 58,80 60,44 44,20 22,18'),
];

const ONE = [
  style(8, '30,0 30,50 30,100'),
  style(3, '12,22 32,0! 32,50 32,100'),
  style(1, '18,10 30,0 32,50 32,100'),
  style(2, '12,20 32,0! 32,50 32,100', '8,100 32,100 56,100'),
  // Bent as a bow.
  style(2, '26,0 34,48 28,100'),
  // A hook at the foot.
  style(1, '28,0 28,60 32,92 44,98'),
  // A long flag.
  style(1, '0,40 18,20 34,0! 32,50 30,100'),
  // Leaning far.
  style(3, '62,0 30,50 -2,100'),
  style(1, '84,0 40,50 -4,100'),
  // A hook at the top, a bow at the foot.
  style(1, '20,8 30,0 30,50 26,90 34,100'),
];

const TWO = [
  // A corner at the foot.
  style(4, '3,24 12,6 32,0 52,9 56,30 42,56 20,82 2,100! 30,98 65,97'),
  // A small loop at the foot.
  style(3, '5,18 20,2 42,3 54,20 48,45 30,74 14,95 2,95 4,81 20,82 42,97 68,93'),
  // A large loop that lies down.
  style(3, '4,20 20,2 44,2 56,22 46,50 28,76 8,96 -4,88 6,74 26,78 48,94 74,88'),
  // A wavy foot.
  style(2, '6,10 28,0 50,12 48,40 26,74 3,96! 22,90 42,98 62,88'),
  // Like a Z.
  style(2, '2,8 28,1 58,3! 32,50 2,98! 32,96 66,98'),
  // A small head and a straight back.
  style(2, '14,18 28,4 44,4 50,20 40,48 22,80 6,98! 34,94 60,96'),
  // The head rolled in.
  style(2, '20,30 10,26 12,8 34,0 54,10 56,32 42,60 18,88 4,98! 34,94 70,98'),
  // The head rolled in, a loop at the foot.
  style(2, '22,28 8,28 10,8 34,0 56,12 52,40 34,70 14,94 0,92 6,78 26,82 50,96 72,86'),
  // Wide and low, its foot rising.
  style(2, '0,26 24,2 60,2 76,24 60,56 24,88 4,98 10,86 44,88 104,80'),
  // A long foot that dips.
  style(2, '6,26 20,4 46,4 56,24 44,54 22,84 8,98! 30,84 58,96 90,104'),
  // A large loop at the foot, the end falling.
  style(4, '4,22 20,2 44,2 54,18 46,44 30,72 12,96 -4,94 -6,76 10,62 32,64 54,82 68,104'),
  style(3, '4,22 20,2 44,2 54,18 46,44 30,72 12,96 -4,94 -4,78 14,66 40,70 80,62'),
  // A small head, a long back, a loop.
  style(2, '18,12 30,2 40,6 42,20 34,48 22,80 8,98 -4,92 0,78 18,74 40,86 56,92'),
  // The same without a loop.
  style(2, '20,6 34,2 42,12 38,40 26,74 8,96! 36,90 66,88'),
  // A large round head over a low loop.
  style(2, '0,34 4,10 34,0 60,12 60,40 42,66 18,86 -2,96 -10,86 6,76 34,84 60,98 84,98'),
  // Low: two thirds of it is the foot.
  style(1, '10,40 26,24 46,26 52,42 40,64 18,84 0,90 -4,80 16,76 50,78 110,70'),
];

const THREE = [
  style(4, '5,14 24,0 46,5 53,22 42,40 20,47! 45,53 58,72 48,93 25,100 3,88'),
  // Flat on top.
  style(2, '5,2 30,2 54,2! 40,20 24,40! 46,47 58,68 47,92 22,100 2,90'),
  // A small loop in the middle.
  style(2, '8,12 28,0 50,10 48,32 30,46 20,50 26,53 42,53 56,68 48,92 24,100 2,94'),
  // Hardly indented.
  style(3, '6,12 26,0 48,8 52,28 38,45! 52,60 56,80 36,100 2,96'),
  // A large belly and a small head.
  style(2, '14,10 30,0 46,8 46,26 30,38! 54,46 66,68 52,94 24,100 0,86'),
  // A large head and a small belly.
  style(1, '2,16 20,0 48,4 58,28 42,50 22,58! 46,62 52,80 36,98 6,94'),
  // Long, its end drawn far to the left.
  style(2, '2,14 22,0 44,8 44,26 26,44! 44,52 48,72 30,94 -10,104'),
  // Its end rolled in.
  style(1, '6,16 24,0 48,8 48,30 26,46! 54,56 56,82 34,98 10,94 4,80 16,76'),
  // A wave, without a corner.
  style(2, '2,14 24,0 50,8 46,32 32,46 44,58 58,76 40,98 4,94'),
  // Leaning, its belly low and its end a line to the left.
  style(1, '10,8 34,0 52,10 44,30 28,44! 46,52 52,70 34,90 0,96 -14,90'),
  // A flat top and a round belly that hangs.
  style(1, '0,10 26,4 60,0! 44,22 30,40! 54,46 70,66 58,92 26,100 -4,88'),
  // Slender: a straight slope, then a belly.
  style(2, '8,10 26,0 42,8 36,28 24,42! 38,50 44,70 30,92 4,100'),
  // Wide: the head a roof, the belly a bowl.
  style(1, '-6,20 20,2 54,4 58,24 26,44! 62,50 70,76 40,100 -4,88'),
  // Its middle a stroke to the left.
  style(1, '4,12 26,0 50,8 48,28 22,42 8,46! 36,46 58,60 52,90 24,100 0,90'),
];

const FOUR = [
  // Open, the upright apart.
  style(4, '12,3 7,30 2,56! 30,55 65,52', '52,6 48,50 45,100'),
  // Closed.
  style(2, '50,0! 25,32 0,63! 35,63 68,62', '50,0 49,50 48,100'),
  // Open and round.
  style(3, '10,2 4,28 12,48 32,52 56,40', '60,0 55,50 50,100'),
  // The bar ends at the upright.
  style(3, '8,4 4,30 6,50 28,54 52,46', '56,2 52,48 50,100'),
  // A high corner, the bar goes far beyond.
  style(2, '18,0 10,30 0,58! 40,56 86,50', '54,22 50,60 46,100'),
  // In one stroke, closed as a tip.
  style(2, '8,50 30,18 50,0! 48,50 46,100', '8,50! 30,50 60,46'),
  // In one stroke: around a loop and down.
  style(1, '14,2 6,32 4,50 26,52 48,38 56,6! 50,52 46,100'),
  // Square.
  style(2, '6,0 5,26 4,50! 30,50 58,50', '58,0 58,50 58,100'),
  // A small head on a long stem.
  style(1, '14,2 8,18 10,32 28,36 44,28', '48,2 44,50 40,100'),
  // The bar a wave.
  style(1, '14,0 8,26 4,44! 24,40 44,46 70,40', '56,4 50,50 44,100'),
];

const FIVE = [
  style(3, '13,3 10,22 7,45! 28,38 50,47 58,68 48,90 25,100 2,92', '13,3 35,3 62,0'),
  // In one stroke, rounded.
  style(2, '64,2 40,2 20,5 12,26 14,43 36,48 52,63 48,88 26,100 2,92'),
  // In one stroke, with corners.
  style(3, '66,2 42,4 18,4! 13,24 9,44! 34,40 54,54 54,78 34,98 2,96'),
  // A long bar that rises, a small belly.
  style(3, '22,14 16,30 12,46! 32,44 46,58 42,82 22,98 -4,96', '22,14 52,8 84,0'),
  // Slender, like an S.
  style(2, '58,0 36,6 22,18 20,34 34,48 44,64 38,86 18,100 -4,96'),
  // The bar apart.
  style(2, '14,10 12,28 10,48! 30,42 50,52 56,72 42,94 18,100 0,92', '20,2 44,2 70,0'),
  // A belly that closes.
  style(1, '60,0 36,2 14,4! 10,26 6,48! 32,40 56,54 56,84 32,100 8,94 6,80'),
  // A large belly below a short neck.
  style(1, '16,4 12,18 10,32! 36,26 60,42 62,74 40,98 4,92', '16,4 38,4 60,2'),
  // Slender and straight: hardly a bar.
  style(1, '30,0 24,22 20,44! 36,46 44,62 36,88 10,100', '30,0 40,2 50,2'),
  // Long and low: the bar as long as the rest is high.
  style(2, '30,20 22,34 14,50! 36,48 46,62 36,84 10,96 -10,92', '30,20 60,12 104,6'),
  // In one stroke, its neck a bow.
  style(2, '70,0 40,4 24,14 20,34! 40,40 56,58 48,84 22,100 -2,92'),
  // Wide, the belly round and nearly closed.
  style(2, '18,4 12,22 8,44! 30,34 62,42 70,70 48,98 14,98 0,84', '18,4 44,4 78,2'),
  // In one stroke, the corner at the left sharp and low.
  style(1, '72,6 44,8 20,8! 12,32 2,58! 34,46 58,60 56,84 30,100 2,94'),
  // A belly that leans, hardly a neck.
  style(1, '28,8 20,20 16,34! 44,32 58,50 46,82 12,100', '26,8 48,6 74,0'),
];

const SIX = [
  style(3, '48,0 28,15 10,42 3,70 12,93 32,100 52,88 54,68 38,55 18,62 7,80'),
  style(2, '30,0 14,30 4,62 8,90 28,100 50,92 54,74 40,62 22,68 12,86'),
  // A straight stem.
  style(3, '46,0 24,34 6,66 6,90 26,100 46,90 50,72 34,62 10,76'),
  // The belly lies down, its end crosses the stem.
  style(2, '34,0 16,34 6,70 18,96 46,98 66,82 60,64 36,64 10,82'),
  // A large belly on a short stem.
  style(2, '34,0 14,20 2,52 8,86 34,100 60,84 62,56 40,42 18,50 6,68'),
  // A small belly.
  style(2, '40,0 18,28 6,62 10,92 28,100 42,88 40,74 26,72 14,86'),
  // Open.
  style(1, '40,0 16,26 4,62 12,92 36,100 56,86 54,66 36,60 26,66'),
  // An upright stem, a flat foot.
  style(2, '12,0 8,36 6,72 12,96 40,100 62,90 60,72 40,66 16,78'),
  // A stem that bows over.
  style(1, '60,8 44,0 20,12 4,46 4,80 24,100 50,92 56,72 40,58 16,64 6,78'),
  // Wide: the belly beside the stem.
  style(2, '20,4 4,36 2,70 22,94 60,94 84,74 76,50 52,46 38,66 44,90'),
  // Wide and low, the end inside.
  style(2, '30,0 8,30 0,66 16,96 52,98 80,82 84,58 62,44 38,56 34,76'),
  // The belly closes against the stem with a corner.
  style(1, '44,0 20,30 6,66! 24,54 46,62 50,84 32,100 10,92 6,66'),
  // A long thin stem, a small low belly.
  style(1, '52,0 30,30 10,66 4,90 16,100 34,92 38,78 26,76 10,88'),
];

const SEVEN = [
  style(4, '2,7 30,5 60,2! 46,34 32,67 22,100'),
  // With a bar.
  style(2, '2,6 30,4 60,2! 44,36 30,68 20,100', '14,52 35,50 58,47'),
  // With a flag at the left.
  style(2, '3,20 5,4! 30,8 54,4 58,12 46,40 36,70 32,100'),
  // Rounded.
  style(2, '0,14 18,4 42,2 54,14 44,46 34,74 28,100'),
  // A wavy top.
  style(2, '0,12 14,2 36,10 60,2! 42,38 28,70 20,100'),
  // Upright.
  style(2, '0,4 28,4 56,4! 54,36 50,68 48,100'),
  // A top that slopes down, the stem as a bow.
  style(1, '4,0 30,6 58,10! 36,40 26,72 28,100'),
  // A flag and a bar.
  style(1, '4,16 6,4! 32,6 60,2! 44,36 30,68 22,100', '12,54 34,52 60,46'),
  // Short and wide.
  style(1, '-8,12 28,4 72,2! 52,26 34,56 16,94'),
  // A long bar, set low.
  style(2, '2,8 28,4 58,2! 48,36 40,66 34,100', '8,60 40,58 76,56'),
  // A bar that rises steeply.
  style(1, '2,8 28,4 58,2! 44,36 32,66 24,100', '14,62 34,52 62,38'),
  // A high flag, a bar.
  style(2, '2,24 2,4! 28,4 56,4! 44,34 36,66 32,100', '12,52 38,50 66,48'),
  // A high flag.
  style(2, '4,30 6,6! 30,6 58,6! 46,36 36,68 28,100'),
  // A top like a wave that hangs on the left.
  style(1, '0,26 6,8 24,6 44,10 62,0! 48,40 38,70 32,100'),
  // A stem that leans far, a foot.
  style(1, '2,4 30,3 60,2! 38,34 18,66 4,94! 16,96 26,96'),
  // A double top: up, down, and across.
  style(1, '-4,30 4,8! 16,16 36,12 60,2! 46,34 34,66 26,100'),
  // A bar like a t, the stem upright.
  style(1, '4,10 30,8 54,4! 48,34 42,68 38,100', '20,46 44,46 70,44'),
];

const EIGHT = [
  style(3, '50,13 30,0 10,10 10,29 30,46 52,66 52,88 30,100 8,90 8,70 30,48 50,30 52,13'),
  // Two rings.
  style(1, '30,47 12,38 10,14 30,0 50,12 48,36 30,47', '30,47 7,62 6,88 30,100 54,88 54,62 30,47'),
  // Its end stops beside its beginning.
  style(3, '56,10 34,0 14,10 16,30 34,46 48,66 42,90 22,100 4,90 8,70 32,46 54,24 62,8'),
  // A straight way back up.
  style(3, '54,14 36,2 16,12 18,32 36,50 46,72 36,94 16,98 6,84 18,64 40,36 60,6'),
  // A small head.
  style(2, '44,10 30,0 18,10 20,28 32,40 54,60 56,86 32,100 8,88 8,66 30,42 44,26 42,8'),
  // A large head.
  style(2, '56,16 32,0 6,12 8,38 32,56 46,72 44,92 28,100 12,92 14,72 34,54 58,38 58,14'),
  // A small belly drawn together.
  style(2, '58,8 36,0 18,14 24,34 36,52 38,76 26,98 12,96 12,76 30,50 48,30 56,12'),
  // Open at the top.
  style(2, '62,12 40,4 18,8 10,24 26,42 48,62 48,88 26,100 6,88 10,68 34,50 50,34'),
  // Begun in the middle.
  style(1, '34,46 12,34 12,10 34,0 54,12 50,32 28,48 6,68 8,92 32,100 56,88 54,66 34,46'),
  // Both ends stand out at the top.
  style(3, '70,6 50,4 24,10 18,26 32,44 42,66 34,92 16,98 6,86 14,68 38,46 66,20'),
  // The same, leaning and slender.
  style(2, '52,18 48,4 30,8 26,26 34,44 38,70 26,96 12,94 10,76 28,54 50,32 66,0'),
  // The end crosses the beginning.
  style(2, '48,22 36,4 16,8 14,28 34,48 50,72 38,98 12,96 6,76 26,54 46,32 56,12 40,-4'),
  // A line on top that begins at the left.
  style(1, '4,6 20,28 40,50 54,74 40,98 14,98 6,78 24,56 50,34 58,14 44,2 20,4 4,6'),
  // Two rings side by side rather than on top of each other.
  style(1, '66,12 44,0 28,14 34,36 40,52 30,78 12,88 0,74 10,56 36,46 66,36 78,18 66,8'),
  // A wide flat belly.
  style(1, '52,12 32,0 12,12 16,32 40,46 70,62 72,88 36,100 0,92 0,70 28,50 50,34 54,14'),
  // A head wider than the belly, the way back crossing far down.
  style(1, '66,10 36,0 6,10 10,34 36,58 44,80 30,100 16,84 24,62 52,40 68,20 62,6'),
  // A small ring on a large one.
  style(1, '34,38 20,28 20,8 34,0 48,10 46,28 32,38', '32,38 4,56 4,88 32,100 62,86 60,56 32,38'),
];

const NINE = [
  style(3, '52,12 34,0 12,10 4,32 18,48 38,42 53,12! 50,50 44,100'),
  // The tail bows to the left.
  style(2, '54,20 38,1 14,8 5,30 20,46 42,38 54,18 56,50 48,84 28,100 6,92'),
  style(2, '46,4 20,2 4,20 12,40 36,36 54,10 50,36 38,70 28,100'),
  // A long straight stem that leans.
  style(3, '54,8 32,2 8,16 4,36 22,44 46,26 58,4! 46,40 34,70 24,100'),
  // A small head.
  style(2, '46,10 32,0 18,8 16,26 30,34 46,22 48,8! 46,50 44,100'),
  // Open at the right.
  style(2, '44,4 18,4 4,24 10,46 34,46 54,26 60,6', '58,8 54,50 48,100'),
  // A round head, the stem from its side.
  style(2, '56,26 48,4 22,0 4,20 10,46 36,52 56,32 58,18! 56,58 50,100'),
  // A flat head.
  style(1, '60,12 34,2 6,16 4,34 28,42 58,28 62,12 54,50 40,100'),
  // Large, the tail short and bowed.
  style(1, '58,24 40,0 12,8 2,36 18,60 44,52 60,26 58,66 38,98 10,96'),
  // Like an a: a large head, its stem upright and short.
  style(2, '58,8 36,2 10,20 4,52 22,68 46,52 58,10! 58,56 60,100'),
  // The head a hook that the stem passes.
  style(3, '58,6 30,6 10,20 8,36 28,44 54,36', '60,16 52,50 40,100'),
  // Like a g: the head open, the stem long.
  style(2, '54,4 24,6 6,24 16,42 40,36 56,20! 44,58 26,100'),
  // The head wide and low, a line over it.
  style(1, '50,0 18,8 2,28 18,44 48,36 62,20! 50,56 40,100'),
  // A head like a triangle.
  style(2, '52,6 26,10 4,30! 30,38 54,28! 54,8 48,52 42,100'),
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

/** Points of the stroke that has most. */
export const LONGEST_STROKE = Math.max(
  ...WRITING_STYLES.flat().flatMap(({ strokes }) => strokes.map(({ length }) => length)),
);
