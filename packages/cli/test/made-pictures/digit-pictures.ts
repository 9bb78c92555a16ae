/**
 * Kinds of pictures of digits, as arguments of ImageMagick's `convert`: MNIST's images enlarged by
 * cubic convolution, as ink on a page of 1200 × 900 pixels, with what makes pages hard to read.
 */
import type { RandomStreams } from '@convnet/convnet';
import { PICTURE } from './image-magick.ts';

type Random = ReturnType<RandomStreams['stream']>;

/** What `convert` is given: arguments, and the strip of digits on its standard input. */
export interface Recipe {
  readonly args: readonly string[];
  readonly input: Uint8Array;
}

/** Makes the recipe of one picture of these digits, each bytes `[28, 28]`. */
export type PictureKind = (digits: readonly Uint8Array[], random: Random) => Recipe;

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Where the strip of digits lies on the page. */
interface Place extends Size {
  readonly left: number;
  readonly top: number;
}

interface Colours {
  readonly paper: string;
  readonly ink: string;
}

const PLAIN: Colours = { paper: '#f4efe2', ink: '#2b2b33' };

/** Columns without ink between two digits of a row, of 28. */
const GAP = 2;

const NOISE = ['-attenuate', '0.35', '+noise', 'Gaussian'];
const JPEG = ['-depth', '8', '-quality', '85', 'jpg:-'];

/** Digits beside each other, as rows of one strip. */
function stripOf(digits: readonly Uint8Array[]): { strip: Uint8Array; columns: number } {
  const columns = digits.length * 28 + (digits.length - 1) * GAP;
  const strip = new Uint8Array(28 * columns);
  for (const [k, digit] of digits.entries()) {
    for (let row = 0; row < 28; row++) {
      strip.set(digit.subarray(row * 28, row * 28 + 28), row * columns + k * (28 + GAP));
    }
  }
  return { strip, columns };
}

const sizeOf = ({ width, height }: Size): string => `${width}x${height}`;

/** A place for a strip of so many columns within the page. */
function placeFor(columns: number, page: Size, random: Random): Place {
  const most = Math.min(460, (page.width - 80) / (columns / 28), page.height - 60);
  const height = Math.round(most * random.uniform(0.7, 1));
  const width = Math.round((height * columns) / 28);
  const left = 20 + random.integer(page.width - width - 39);
  const top = 20 + random.integer(page.height - height - 39);
  return { left, top, width, height };
}

/** A page with the strip as ink; `below` is drawn on the paper before. */
function pageOf(
  columns: number,
  place: Place,
  page: Size,
  { paper, ink }: Colours,
  below: readonly string[] = [],
): string[] {
  const size = sizeOf(page);
  const coverage = ['-size', `${columns}x28`, '-depth', '8', 'gray:-'];
  const enlarged = ['-filter', 'Catrom', '-resize', `${sizeOf(place)}!`];
  const placed = ['-background', 'black', '-extent', `${size}-${place.left}-${place.top}`];
  return [
    ...['(', '-size', size, `xc:${paper}`, ...below, ')'],
    ...['(', '-size', size, `xc:${ink}`, ')'],
    ...['(', ...coverage, ...enlarged, ...placed, ')', '-composite'],
  ];
}

const onPage =
  (
    colours: Colours,
    below: (random: Random, place: Place) => readonly string[] = () => [],
    above: (random: Random, place: Place) => readonly string[] = () => [],
  ): PictureKind =>
  (digits, random) => {
    const { strip, columns } = stripOf(digits);
    const place = placeFor(columns, PICTURE, random);
    const page = pageOf(columns, place, PICTURE, colours, below(random, place));
    return { args: [...page, ...above(random, place), ...NOISE, ...JPEG], input: strip };
  };

/** A shadow of half the light whose straight edge passes `beside` pixels beside the digit. */
function shadow(beside: number): (random: Random, place: Place) => readonly string[] {
  return (random, { left, top, width, height }) => {
    const angle = random.uniform(-0.5, 0.5) + (random.integer(2) === 0 ? 0 : Math.PI);
    const [nx, ny] = [Math.cos(angle), Math.sin(angle)];
    const away = beside === 0 ? 0 : beside + width / 2;
    const [x, y] = [left + width / 2 + nx * away, top + height / 2 + ny * away];
    const corner = (along: number, out: number): string =>
      `${x - ny * along + nx * out},${y + nx * along + ny * out}`;
    const polygon = [corner(-3000, 0), corner(3000, 0), corner(3000, 3000), corner(-3000, 3000)];
    const shade = ['-fill', 'rgb(143,143,143)', '-draw', `polygon ${polygon.join(' ')}`];
    const light = ['(', '-size', sizeOf(PICTURE), 'xc:white', ...shade, '-blur', '0x1', ')'];
    return [...light, '-compose', 'Multiply', '-composite', '-compose', 'Over'];
  };
}

/** Lines 3 pixels wide across the paper, and down it if `squared`, by `pitch` pixels. */
function rulings(colour: string, pitch: number, squared: boolean): (random: Random) => string[] {
  return (random) => {
    const across = random.uniform(0.8, 1.2) * pitch;
    const offset = random.uniform(0, across);
    const slope = squared ? 0 : random.uniform(-12, 12);
    const { width, height } = PICTURE;
    const lines: string[] = [];
    for (let y = offset - across; y < height + across; y += across) {
      lines.push(`line 0,${y} ${width},${y + slope}`);
    }
    for (let x = offset; squared && x < width; x += across)
      lines.push(`line ${x},0 ${x},${height}`);
    const pen = ['-stroke', colour, '-strokewidth', '3', '-fill', 'none'];
    return [...pen, '-draw', lines.join(' '), '-stroke', 'none'];
  };
}

/** A turned sheet on a dark table; `depth` moves its corners by up to this share of its size. */
function sheetOnTable(table: string, depth: number): PictureKind {
  return (digits, random) => {
    const { strip, columns } = stripOf(digits);
    const sheet = { width: 860, height: 640 };
    const page = pageOf(columns, placeFor(columns, sheet, random), sheet, PLAIN);
    const angle = (random.uniform(4, 8) * Math.PI) / (random.integer(2) === 0 ? 180 : -180);
    const moved = (size: number): number => random.uniform(-depth, depth) * size;
    const corners = [-1, 1].flatMap((v) =>
      [-1, 1].map((u) => {
        const [x, y] = [(u * sheet.width) / 2, (v * sheet.height) / 2];
        const toX = 600 + x * Math.cos(angle) - y * Math.sin(angle) + moved(sheet.width);
        const toY = 450 + x * Math.sin(angle) + y * Math.cos(angle) + moved(sheet.height);
        return `${x + sheet.width / 2},${y + sheet.height / 2} ${toX},${toY}`;
      }),
    );
    const turn = ['-matte', '-virtual-pixel', 'transparent', '-distort', 'Perspective'];
    const viewport = ['-define', `distort:viewport=${sizeOf(PICTURE)}`];
    return {
      args: [
        ...['(', '-size', sizeOf(PICTURE), table, ')'],
        ...['(', ...page, ...viewport, ...turn, corners.join('  '), ')'],
        ...['-composite', ...NOISE, ...JPEG],
      ],
      input: strip,
    };
  };
}

/** All kinds, each with how many digits a picture has. */
export const pictureKinds: readonly (readonly [string, number, PictureKind])[] = [
  ['plain page', 1, onPage(PLAIN)],
  ['hard shadow, edge through the digit', 1, onPage(PLAIN, undefined, shadow(0))],
  ['hard shadow, edge beside the digit', 1, onPage(PLAIN, undefined, shadow(100))],
  ['turned sheet on a dark table', 1, sheetOnTable('xc:#3b2a20', 0)],
  ['sheet on a table of wood, in perspective', 1, sheetOnTable('plasma:#241810-#5a4030', 0.04)],
  ['ruled paper', 1, onPage(PLAIN, rulings('#8fa9cf', 70, false))],
  ['ruled paper, dark lines', 1, onPage(PLAIN, rulings('#56607a', 90, false))],
  ['squared paper', 1, onPage(PLAIN, rulings('#a9b9d0', 55, true))],
  ['yellow ink', 1, onPage({ paper: '#ffffff', ink: '#f8e71c' })],
  ['chalk on a board', 1, onPage({ paper: '#26332c', ink: '#e8e8e0' })],
  ['three digits in a row', 3, onPage(PLAIN)],
];
