/**
 * From ink of any size to MNIST's frame: longer side 20 pixels, centre of mass at the centre of
 * 28 × 28 (`digit-frame.ts`).
 */
import { DIGIT_FRAME_SIZE, DIGIT_INK_SIZE, placeInFrame } from '../digit-frame.ts';
import type { PixelBox, Plane } from './plane.ts';
import { resample } from './resample.ts';

/** The ink within `box`, 0 paper to 1 ink, as bytes `[28, 28]`. */
export function frameInk(ink: Plane, box: PixelBox): Uint8Array {
  const longer = Math.max(box.width, box.height);
  const scaled = (size: number): number =>
    Math.max(1, Math.round((size * DIGIT_INK_SIZE) / longer));
  const height = scaled(box.height);
  const width = scaled(box.width);
  const resized = resample(ink, box, height, width);
  // Thin lines fade when they shrink; the strongest ink is full ink again.
  const strongest = resized.reduce((most, value) => Math.max(most, value), 0);
  const bytes = new Uint8Array(resized.length);
  for (const [i, value] of resized.entries()) {
    bytes[i] = Math.round((Math.max(value, 0) * 255) / strongest);
  }
  const pixels = new Uint8Array(DIGIT_FRAME_SIZE * DIGIT_FRAME_SIZE);
  placeInFrame(bytes, height, width, pixels);
  return pixels;
}
