/**
 * Images that are framed as MNIST's already: 28 × 28, all black or all white along the border,
 * the ink as large as MNIST's and its centre of mass within a pixel of the centre. They are taken
 * as they are, to the byte; any preparation would only blur them.
 */
import { DIGIT_FRAME_SIZE, DIGIT_INK_SIZE } from '../digit-frame.ts';
import type { PixelBox } from './plane.ts';

/** Longer sides of the ink that count as MNIST's; its own are 20, a few 19. */
const SMALLEST_INK = DIGIT_INK_SIZE - 2;

/** How far the centre of mass may be from the frame's, along each axis. */
const CENTRE_TOLERANCE = 1;

/** The least that the strongest ink is, of 255. */
const LEAST_PEAK = 128;

/** An image that needs no preparation. */
export interface FramedDigit {
  /** Bytes `[28, 28]`, 0 background to 255 ink. */
  readonly pixels: Uint8Array;
  readonly inkBox: PixelBox;
  readonly isDark: boolean;
  /** The strongest ink, of 255. */
  readonly contrast: number;
}

/** The digit, if the brightnesses `[height, width]` are framed already. */
export function alreadyFramed(
  brightness: Uint8Array,
  width: number,
  height: number,
): FramedDigit | undefined {
  const size = DIGIT_FRAME_SIZE;
  if (width !== size || height !== size) return undefined;
  const paper = brightness[0]!;
  if (paper !== 0 && paper !== 255) return undefined;
  const isDark = paper === 255;
  const pixels = brightness.map((value) => (isDark ? 255 - value : value));
  let [mass, massX, massY, contrast] = [0, 0, 0, 0];
  let [left, top, right, bottom] = [size, size, -1, -1];
  for (const [position, value] of pixels.entries()) {
    if (value === 0) continue;
    const x = position % size;
    const y = (position - x) / size;
    mass += value;
    massX += value * x;
    massY += value * y;
    contrast = Math.max(contrast, value);
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  const touchesBorder = Math.min(left, top) === 0 || Math.max(right, bottom) === size - 1;
  if (contrast < LEAST_PEAK || touchesBorder) return undefined;
  const inkBox = { left, top, width: right - left + 1, height: bottom - top + 1 };
  const longer = Math.max(inkBox.width, inkBox.height);
  const offCentre = Math.max(Math.abs(massX / mass - size / 2), Math.abs(massY / mass - size / 2));
  const isFramed =
    longer >= SMALLEST_INK && longer <= DIGIT_INK_SIZE && offCentre <= CENTRE_TOLERANCE;
  return isFramed ? { pixels, inkBox, isDark, contrast } : undefined;
}
