/** Pictures that hold no digit, or not one: letters, scribbles, noise, specks, two digits. */
import type { RandomStreams } from '@convnet/convnet';
import { pictureKinds, type Recipe } from './digit-pictures.ts';
import { PICTURE } from './image-magick.ts';

type Random = ReturnType<RandomStreams['stream']>;

const { width: WIDTH, height: HEIGHT } = PICTURE;

/** Letters that are no digit in any hand: not I, l, O, o, S, s, Z, z, b, q, g, B, G, D. */
const LETTERS = 'AEFHKMNRTWXYaehkmnrwxufpLJVUC';

const JPEG = ['-depth', '8', '-quality', '85', 'jpg:-'];

/** A page of paper on which something is drawn. */
function drawn(drawing: readonly string[], noise: number, paper = '#f4efe2'): Recipe {
  const page = ['-size', `${WIDTH}x${HEIGHT}`, `xc:${paper}`, '-fill', '#2b2b33', ...drawing];
  const args = [...page, '-attenuate', String(noise), '+noise', 'Gaussian', ...JPEG];
  return { args, input: new Uint8Array(0) };
}

function letter(random: Random, index: number, fonts: readonly string[]): Recipe {
  const font = fonts[index % fonts.length]!;
  const sign = LETTERS[(index * 5 + random.integer(2)) % LETTERS.length]!;
  const at = `+${Math.round(random.uniform(-250, 250))}+${Math.round(random.uniform(-80, 80))}`;
  const size = String(Math.round(random.uniform(300, 480)));
  const text = ['-gravity', 'Center', '-pointsize', size, '-annotate', at.replace('+-', '-').replace('+-', '-'), sign]; // prettier-ignore
  return drawn([...(font ? ['-font', font] : []), ...text], 0.35);
}

function scribble(random: Random, index: number): Recipe {
  const [x, y] = [random.uniform(350, 850), random.uniform(350, 550)];
  const point = (reach: number): string =>
    `${x + random.uniform(-reach, reach)},${y + random.uniform(-reach, reach)}`;
  const curves = (count: number): string =>
    `M ${point(200)} ${Array.from({ length: count }, () => `C ${point(240)} ${point(240)} ${point(200)}`).join(' ')}`;
  const zigzag = `M ${Array.from({ length: 9 }, (_, i) => `${x - 240 + i * 60},${y + (i % 2 === 0 ? -1 : 1) * random.uniform(60, 200)}`).join(' L ')}`;
  const spiral = `M ${Array.from({ length: 60 }, (_, i) => `${x + i * 4 * Math.cos(i / 3)},${y + i * 3.5 * Math.sin(i / 3)}`).join(' L ')}`;
  const lines = Array.from({ length: 7 }, () => `M ${point(220)} L ${point(220)}`).join(' ');
  const path = [curves(3), zigzag, curves(6), spiral, lines, curves(4), curves(10)][index % 7]!;
  const width = String(Math.round(random.uniform(14, 36)));
  const pen = ['-fill', 'none', '-stroke', '#2b2b33', '-strokewidth', width];
  return drawn([...pen, '-draw', `path '${path}'`], 0.35);
}

function specks(random: Random): Recipe {
  const dots = Array.from({ length: 1 + random.integer(6) }, () => {
    const [x, y] = [40 + random.integer(WIDTH - 80), 40 + random.integer(HEIGHT - 80)];
    return `circle ${x},${y} ${x + random.uniform(2, 7)},${y}`;
  });
  return drawn(['-draw', dots.join(' ')], 0.35);
}

function twoDigits(random: Random, digits: readonly Uint8Array[]): Recipe {
  const row = pictureKinds.find(([, count]) => count > 1)![2];
  return row(digits.slice(0, 2), random);
}

const PAPERS = ['#f4efe2', '#ffffff', '#d8d8d8', '#9aa39c', '#30363a'];

/** How many pictures of each kind make 40. */
const KINDS = [
  ['letter', 12],
  ['scribble', 10],
  ['noise', 8],
  ['specks', 4],
  ['two digits', 6],
] as const;

/** A picture without a digit: its kind and its recipe. */
export interface NonDigit {
  readonly kind: string;
  readonly recipe: Recipe;
}

/**
 * Pictures, `40 · times` of them, that no digit should be read from with certainty.
 * @param digits - images `[28, 28]` for the pictures with two digits, at least `12 · times`.
 * @param fonts - names ImageMagick knows; its own if there are none.
 */
export function nonDigits(
  random: Random,
  digits: readonly Uint8Array[],
  fonts: readonly string[],
  times = 1,
): NonDigit[] {
  return KINDS.flatMap(([kind, count]) =>
    Array.from({ length: count * times }, (_, i): NonDigit => {
      const recipes: Record<typeof kind, () => Recipe> = {
        letter: () => letter(random, i, fonts),
        scribble: () => scribble(random, i),
        noise: () => drawn([], random.uniform(0.3, 1.3), PAPERS[i % PAPERS.length]),
        specks: () => specks(random),
        'two digits': () => twoDigits(random, digits.slice(2 * i)),
      };
      return { kind, recipe: recipes[kind]() };
    }),
  );
}
