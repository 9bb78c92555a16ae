/**
 * Ink that is no digit, drawn by a pen: letters that no digit looks like, and scribbles. Strokes are
 * lists of places, 0 to 1 across and down.
 */
import type { RandomStreams } from '@convnet/convnet';

type Random = ReturnType<RandomStreams['stream']>;

type Stroke = readonly (readonly [x: number, y: number])[];

/** Each letter as its strokes, `x,y` in tenths. */
const LETTERS: Readonly<Record<string, string>> = {
  A: '0,10 5,0 10,10|2,6 8,6',
  E: '9,0 0,0 0,10 9,10|0,5 7,5',
  F: '9,0 0,0 0,10|0,5 7,5',
  H: '0,0 0,10|10,0 10,10|0,5 10,5',
  K: '0,0 0,10|9,0 0,5|2,4 9,10',
  M: '0,10 1,0 5,7 9,0 10,10',
  N: '0,10 0,0 9,10 9,0',
  R: '0,10 0,0 6,0 8,2 7,4 5,5 0,5|4,5 9,10',
  P: '0,10 0,0 6,0 8,1 8,3 6,5 0,5',
  T: '0,0 10,0|5,0 5,10',
  W: '0,0 2,10 5,3 8,10 10,0',
  X: '0,0 9,10|9,0 0,10',
  Y: '0,0 5,5|10,0 5,5 5,10',
  V: '0,0 5,10 10,0',
  U: '0,0 0,7 2,10 6,10 9,7 9,0',
  L: '0,0 0,10 7,10',
  J: '7,0 7,8 5,10 2,10 0,8',
  C: '9,2 7,0 3,0 0,3 0,7 3,10 7,10 9,8',
  G: '9,2 7,0 3,0 0,3 0,7 3,10 7,10 9,8 9,5 5,5',
  D: '0,0 0,10 5,10 9,7 9,3 5,0 0,0',
  Q: '5,0 1,2 0,5 1,8 5,10 9,8 10,5 9,2 5,0|6,7 10,10',
  a: '7,3 5,2 2,3 0,6 1,9 4,10 7,8 8,3 8,10 9,10',
  d: '8,5 5,4 1,5 0,8 3,10 6,9 8,7|8,0 8,10',
  e: '1,6 8,6 8,3 5,1 2,2 0,5 1,9 4,10 8,9',
  f: '7,1 5,0 3,2 3,10|0,4 6,4',
  h: '0,0 0,10|0,6 2,4 5,4 6,6 6,10',
  k: '0,0 0,10|6,4 0,7|1,6 6,10',
  m: '0,3 0,10|0,5 2,3 4,4 5,10|5,5 7,3 9,4 10,10',
  n: '0,2 0,10|0,5 3,2 6,3 7,5 7,10',
  p: '0,2 0,12|0,4 3,2 6,3 7,5 6,8 3,9 0,7',
  r: '0,2 0,10|0,5 2,3 5,2',
  t: '3,0 3,9 5,10 7,9|0,3 6,3',
  u: '0,2 0,7 2,10 5,9 7,7|7,2 7,10',
  w: '0,2 2,10 5,4 8,10 10,2',
  x: '0,2 7,10|7,2 0,10',
  y: '0,2 4,8|8,2 3,13',
};

const letterStrokes = Object.values(LETTERS).map((strokes) =>
  strokes.split('|').map((stroke): Stroke =>
    stroke.split(' ').map((place) => {
      const [x, y] = place.split(',').map(Number);
      return [x! / 10, y! / 10];
    }),
  ),
);

/** A stroke as a curve that passes near its places: corners cut twice (G. Chaikin, 1974). */
function rounded(stroke: Stroke): Stroke {
  const cut = (places: Stroke): Stroke => [
    places[0]!,
    ...places.slice(1).flatMap(([x, y], i): Stroke => {
      const [a, b] = places[i]!;
      return [[a + (x - a) / 4, b + (y - b) / 4], [a + (3 * (x - a)) / 4, b + (3 * (y - b)) / 4]]; // prettier-ignore
    }),
    places.at(-1)!,
  ];
  return stroke.length < 3 ? stroke : cut(cut(stroke));
}

function letter(random: Random): Stroke[] {
  const strokes = letterStrokes[random.integer(letterStrokes.length)]!;
  const jitter = random.uniform(0, 0.06);
  const isRound = random.integer(2) === 0;
  const drawn = strokes.map((stroke): Stroke => {
    const moved = stroke.map(([x, y]): [number, number] => [
      x + random.normal(0, jitter),
      y + random.normal(0, jitter),
    ]);
    return isRound ? rounded(moved) : moved;
  });
  if (random.integer(4) > 0) return drawn;
  const serif = random.uniform(0.06, 0.16);
  const ends = drawn.flatMap((stroke) => [stroke[0]!, stroke.at(-1)!]);
  return [...drawn, ...ends.map(([x, y]): Stroke => [[x - serif, y], [x + serif, y]])]; // prettier-ignore
}

function scribble(random: Random): Stroke[] {
  const place = (): [number, number] => [random.uniform(0, 1), random.uniform(0, 1)];
  const places = (count: number): Stroke => Array.from({ length: count }, place);
  switch (random.integer(5)) {
    case 0:
      return [rounded(places(6 + random.integer(14)))];
    case 1:
      return [places(5 + random.integer(10))];
    case 2:
      return Array.from({ length: 3 + random.integer(6) }, () => places(2));
    case 3: {
      const turns = random.uniform(6, 20);
      return [Array.from({ length: 60 }, (_, i): [number, number] => {
        const size = (i / 120) * random.uniform(0.95, 1.05);
        return [0.5 + size * Math.cos((i * turns) / 60), 0.5 + size * Math.sin((i * turns) / 60)];
      })]; // prettier-ignore
    }
    default: {
      const count = 5 + random.integer(9);
      return [Array.from({ length: count }, (_, i): [number, number] => [
        i / count,
        i % 2 === 0 ? random.uniform(0, 0.3) : random.uniform(0.7, 1),
      ])]; // prettier-ignore
    }
  }
}

/** A dot, or a few: ink without strokes. */
function blobs(random: Random): Stroke[] {
  return Array.from({ length: 1 + random.integer(3) }, (): Stroke => {
    const [x, y] = [random.uniform(0.3, 0.7), random.uniform(0.3, 0.7)];
    return [[x, y], [x + random.uniform(0, 0.05), y]]; // prettier-ignore
  });
}

const SIZE = 56;

/** A drawing of `[56, 56]` bytes, ink 255, of something that is no digit. */
export function drawOutlier(random: Random): { size: number; ink: Uint8Array } {
  const kind = random.integer(20);
  const strokes = kind < 12 ? letter(random) : kind < 19 ? scribble(random) : blobs(random);
  const isBlob = kind === 19;
  const height = random.uniform(27, 37);
  const width = height * random.uniform(0.5, 1.1);
  const slant = random.normal(0, 0.15);
  const angle = random.normal(0, 0.08);
  const half = isBlob ? random.uniform(3, 13) : random.uniform(0.8, 3.7);
  const softness = random.uniform(0.4, 2);
  const segments = strokes.flatMap((stroke) => {
    const placed = stroke.map(([x, y]) => {
      const [u, v] = [(x - 0.5 - slant * (y - 0.5)) * width, (y - 0.5) * height];
      return [
        SIZE / 2 + u * Math.cos(angle) - v * Math.sin(angle),
        SIZE / 2 + u * Math.sin(angle) + v * Math.cos(angle),
      ] as const;
    });
    return placed.slice(1).map((end, i) => [...placed[i]!, ...end] as const);
  });
  const ink = new Uint8Array(SIZE * SIZE);
  for (let i = 0; i < ink.length; i++) {
    const [px, py] = [i % SIZE, Math.floor(i / SIZE)];
    let nearest = Infinity;
    for (const [ax, ay, bx, by] of segments) {
      const [dx, dy] = [bx - ax, by - ay];
      const length = dx * dx + dy * dy;
      const t = length === 0 ? 0 : Math.min(Math.max(((px - ax) * dx + (py - ay) * dy) / length, 0), 1); // prettier-ignore
      const [offX, offY] = [px - ax - t * dx, py - ay - t * dy];
      nearest = Math.min(nearest, offX * offX + offY * offY);
    }
    ink[i] = 255 * Math.min(Math.max((half - Math.sqrt(nearest)) / softness + 0.5, 0), 1);
  }
  return { size: SIZE, ink };
}
