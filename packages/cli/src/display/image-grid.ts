/**
 * Images beside each other in a terminal, two rows of pixels to a line: in their colours or in 24 shades of
 * grey where there are colors (the upper half block painted in one, its background in another), else
 * by blocks. Large images are shown by some of their pixels.
 */
import { printable } from '@convnet/convnet';
import type { RawImage } from '@convnet/mnist-io/node';
import { blockPreview } from './block-preview.ts';

/** An image and what to write below it. */
export interface CaptionedImage extends RawImage {
  readonly caption: string;
  /** Number of the image in its set. */
  readonly index: number;
}

/** Options of {@link imageGrid}. */
export interface ImageGridOptions {
  /** Width of the terminal in characters. */
  readonly columns: number;
  /** Whether the terminal shows colors. */
  readonly inColor: boolean;
}

const GAP = 2;

/** Most pixels of a row that are shown. */
const MOST_COLUMNS = 39;

/** The 256-color palette has 24 greys, from nearly black at 232 to nearly white at 255. */
const grey = (byte: number): string => `5;${232 + Math.round((byte / 255) * 23)}`;

/** The image by every second, third … of its pixels, so that it is no wider than is shown. */
function thinned({ height, width, channels, pixels }: RawImage): RawImage {
  const step = Math.ceil(width / MOST_COLUMNS);
  if (step === 1) return { height, width, channels, pixels };
  const size = { height: Math.floor(height / step), width: Math.floor(width / step) };
  const shown = new Uint8Array(size.height * size.width * channels);
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) {
      const from = (y * step * width + x * step) * channels;
      shown.set(pixels.subarray(from, from + channels), (y * size.width + x) * channels);
    }
  }
  return { ...size, channels, pixels: shown };
}

function paintedPreview({ height, width, channels, pixels }: RawImage): string[] {
  const colorAt = (row: number, x: number): string => {
    if (row >= height) return grey(0);
    const at = (row * width + x) * channels;
    return channels >= 3
      ? `2;${pixels[at]!};${pixels[at + 1]!};${pixels[at + 2]!}`
      : grey(pixels[at]!);
  };
  return Array.from({ length: Math.ceil(height / 2) }, (_, line) => {
    let text = '';
    let painted = '';
    for (let x = 0; x < width; x++) {
      const paint = `\u001b[38;${colorAt(2 * line, x)};48;${colorAt(2 * line + 1, x)}m`;
      text += paint === painted ? '▀' : `${paint}▀`;
      painted = paint;
    }
    return `${text}\u001b[0m`;
  });
}

/** Lines of the grid of images of one shape: as many beside each other as fit, and at least one. */
export function imageGrid(
  images: readonly CaptionedImage[],
  { columns, inColor }: ImageGridOptions,
): string[] {
  const width = images[0] ? thinned(images[0]).width : 1;
  const perRow = Math.max(1, Math.floor((columns + GAP) / (width + GAP)));
  const gap = ' '.repeat(GAP);
  const lines: string[] = [];
  for (let start = 0; start < images.length; start += perRow) {
    const row = images.slice(start, start + perRow);
    const previews = row.map((image) => (inColor ? paintedPreview : blockPreview)(thinned(image)));
    for (const line of previews[0]!.keys()) {
      lines.push(
        previews
          .map((preview) => preview[line]!)
          .join(gap)
          .trimEnd(),
      );
    }
    const captions = row.map(({ caption, index }) =>
      `${printable(caption)}  #${index}`.padEnd(width),
    );
    lines.push(captions.join(gap).trimEnd(), '');
  }
  return lines;
}
