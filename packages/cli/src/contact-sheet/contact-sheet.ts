/**
 * A picture of many images of 28 × 28 in a grid, each three times as large with its class below:
 * white ink on black cells, on a light page, the same bytes for the same images.
 */
import { writeFileAtomically } from '@convnet/convnet/node';
import type { CaptionedImage } from '../display/image-grid.ts';
import { loadSharp } from '../load-sharp.ts';
import { drawText, GLYPH_HEIGHT, textWidth } from './bitmap-font.ts';

const SIZE = 28;
const SCALE = 3;
const CELL = SIZE * SCALE;
const GAP = 12;
const MARGIN = 20;
/** Room between an image and its caption. */
const CAPTION_GAP = 5;
const PAGE = 0xf4;
const INK = 0x33;

/** Saves a sheet of images, about as wide as high, as a PNG file. */
export async function contactSheet(images: readonly CaptionedImage[], file: string): Promise<void> {
  const columns = Math.max(1, Math.ceil(Math.sqrt(images.length)));
  // Captions twice as large where all of them are short enough: none is larger than another.
  const widest = Math.max(0, ...images.map(({ caption }) => textWidth(caption)));
  const dotSize = 2 * widest <= CELL ? 2 : 1;
  const rowHeight = CELL + CAPTION_GAP + dotSize * GLYPH_HEIGHT + GAP;
  const rows = Math.max(1, Math.ceil(images.length / columns));
  const width = 2 * MARGIN + columns * CELL + (columns - 1) * GAP;
  const height = 2 * MARGIN + rows * rowHeight - GAP;
  const page = new Uint8Array(width * height).fill(PAGE);
  for (const [place, { pixels, caption }] of images.entries()) {
    const left = MARGIN + (place % columns) * (CELL + GAP);
    const top = MARGIN + Math.floor(place / columns) * rowHeight;
    for (let y = 0; y < CELL; y++) {
      for (let x = 0; x < CELL; x++) {
        const pixel = Math.floor(y / SCALE) * SIZE + Math.floor(x / SCALE);
        page[(top + y) * width + left + x] = pixels[pixel]!;
      }
    }
    const start = left + Math.floor((CELL - dotSize * textWidth(caption)) / 2);
    const base = top + CELL + CAPTION_GAP;
    drawText(caption, (x, y) => {
      for (let dot = 0; dot < dotSize * dotSize; dot++) {
        const row = base + y * dotSize + Math.floor(dot / dotSize);
        page[row * width + start + x * dotSize + (dot % dotSize)] = INK;
      }
    });
  }
  const sharp = await loadSharp();
  const picture = sharp(page, { raw: { width, height, channels: 1 } });
  await writeFileAtomically(file, await picture.png({ compressionLevel: 9 }).toBuffer());
}
