/**
 * Images of 28 × 28 beside each other in a terminal, two rows of pixels to a line: by 24 shades of
 * grey where there are colors (the upper half block painted in one, its background in another),
 * else by blocks.
 */
import { printable } from '@convnet/convnet';
import { digitPreview } from './digit-preview.ts';

/** An image and what to write below it. */
export interface CaptionedImage {
  /** Bytes `[28, 28]`, 0 background to 255 ink. */
  readonly pixels: Uint8Array;
  readonly caption: string;
  /** Number of the image in its set. */
  readonly index: number;
}

/** Options of {@link imageGrid}. */
export interface ImageGridOptions {
  /** Width of the terminal in characters. */
  readonly columns: number;
  readonly isGrey: boolean;
}

const SIZE = 28;
const GAP = 2;

/** The 256-color palette has 24 greys, from nearly black at 232 to nearly white at 255. */
const grey = (byte: number): number => 232 + Math.round((byte / 255) * 23);

function greyPreview(pixels: Uint8Array): string[] {
  return Array.from({ length: SIZE / 2 }, (_, line) => {
    const at = (row: number, x: number): number => grey(pixels[(2 * line + row) * SIZE + x]!);
    let text = '';
    let painted = '';
    for (let x = 0; x < SIZE; x++) {
      const paint = `\u001b[38;5;${at(0, x)};48;5;${at(1, x)}m`;
      text += paint === painted ? '▀' : `${paint}▀`;
      painted = paint;
    }
    return `${text}\u001b[0m`;
  });
}

/** Lines of the grid: as many images beside each other as fit, and at least one. */
export function imageGrid(
  images: readonly CaptionedImage[],
  { columns, isGrey }: ImageGridOptions,
): string[] {
  const perRow = Math.max(1, Math.floor((columns + GAP) / (SIZE + GAP)));
  const gap = ' '.repeat(GAP);
  const lines: string[] = [];
  for (let start = 0; start < images.length; start += perRow) {
    const row = images.slice(start, start + perRow);
    const previews = row.map(({ pixels }) => (isGrey ? greyPreview : digitPreview)(pixels));
    for (let line = 0; line < SIZE / 2; line++) {
      lines.push(
        previews
          .map((preview) => preview[line]!)
          .join(gap)
          .trimEnd(),
      );
    }
    const captions = row.map(({ caption, index }) =>
      `${printable(caption)}  #${index}`.padEnd(SIZE),
    );
    lines.push(captions.join(gap).trimEnd(), '');
  }
  return lines;
}
