/**
 * A picture of many images in a grid, small ones enlarged, each with its class below, on a light page: the
 * same bytes for the same images.
 */
import { writeFileAtomically } from '@convnet/convnet/node';
import type { CaptionedImage } from '../display/image-grid.ts';
import { loadSharp } from '../load-sharp.ts';
import { drawText, GLYPH_HEIGHT, textWidth } from './bitmap-font.ts';

/** About how many pixels long the longer side of an enlarged image is. */
const CELL_SIZE = 84;
const GAP = 12;
const MARGIN = 20;
/** Room between an image and its caption. */
const CAPTION_GAP = 5;
const PAGE = 0xf4;
const INK = 0x33;

/** The pixels of a page, and how many bytes each of them has. */
interface Page {
  readonly width: number;
  readonly colors: 1 | 3;
  readonly pixels: Uint8Array;
}

/** Paints an image `scale` times as large; opacity shows the page through. */
function paint(page: Page, image: CaptionedImage, left: number, top: number, scale: number): void {
  const { height, width, channels, pixels } = image;
  const isOpaque = channels % 2 === 1;
  for (let y = 0; y < height * scale; y++) {
    for (let x = 0; x < width * scale; x++) {
      const from = (Math.floor(y / scale) * width + Math.floor(x / scale)) * channels;
      const to = ((top + y) * page.width + left + x) * page.colors;
      const opacity = isOpaque ? 1 : pixels[from + channels - 1]! / 255;
      for (let color = 0; color < page.colors; color++) {
        const byte = pixels[channels >= 3 ? from + color : from]!;
        page.pixels[to + color] = Math.round(PAGE + (byte - PAGE) * opacity);
      }
    }
  }
}

/** Saves a sheet of images of one shape, about as wide as high, as a PNG file. */
export async function contactSheet(images: readonly CaptionedImage[], file: string): Promise<void> {
  const columns = Math.max(1, Math.ceil(Math.sqrt(images.length)));
  const [
    { height: imageHeight, width: imageWidth, channels } = { height: 1, width: 1, channels: 1 },
  ] = images;
  const scale = Math.max(1, Math.round(CELL_SIZE / Math.max(imageHeight, imageWidth)));
  const [cellWidth, cellHeight] = [imageWidth * scale, imageHeight * scale];
  // Captions twice as large where all of them are short enough: none is larger than another.
  const widest = Math.max(0, ...images.map(({ caption }) => textWidth(caption)));
  const dotSize = 2 * widest <= cellWidth ? 2 : 1;
  const rowHeight = cellHeight + CAPTION_GAP + dotSize * GLYPH_HEIGHT + GAP;
  const rows = Math.max(1, Math.ceil(images.length / columns));
  const width = 2 * MARGIN + columns * cellWidth + (columns - 1) * GAP;
  const height = 2 * MARGIN + rows * rowHeight - GAP;
  const colors = channels >= 3 ? 3 : 1;
  const page = {
    width,
    colors,
    pixels: new Uint8Array(width * height * colors).fill(PAGE),
  } as const;
  for (const [place, image] of images.entries()) {
    const left = MARGIN + (place % columns) * (cellWidth + GAP);
    const top = MARGIN + Math.floor(place / columns) * rowHeight;
    paint(page, image, left, top, scale);
    const start = left + Math.floor((cellWidth - dotSize * textWidth(image.caption)) / 2);
    const base = top + cellHeight + CAPTION_GAP;
    drawText(image.caption, (x, y) => {
      for (let dot = 0; dot < dotSize * dotSize; dot++) {
        const row = base + y * dotSize + Math.floor(dot / dotSize);
        const column = start + x * dotSize + (dot % dotSize);
        // A caption that is wider than its image may end beyond the page.
        if (column < 0 || column >= width) continue;
        const at = (row * width + column) * colors;
        page.pixels.fill(INK, at, at + colors);
      }
    });
  }
  const sharp = await loadSharp();
  const picture = sharp(page.pixels, { raw: { width, height, channels: colors } });
  await writeFileAtomically(file, await picture.png({ compressionLevel: 9 }).toBuffer());
}
