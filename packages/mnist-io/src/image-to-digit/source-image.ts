/** The input: decoded pixels, checked before anything of their size is allocated. */
import { kindOf, shown } from '@convnet/tensor';
import { ImageError } from '../errors.ts';

/** Most pixels of an image: 4096 × 4096. */
export const MAX_IMAGE_PIXELS = 16_777_216;

/** Pixels of an image, row after row, from the top left. */
export interface SourceImage {
  readonly width: number;
  readonly height: number;
  /** 1: grey. 3: red, green, blue. 4: the same and alpha. */
  readonly channels: 1 | 3 | 4;
  /** Bytes `[height, width, channels]`, not premultiplied by alpha. */
  readonly data: Uint8Array | Uint8ClampedArray;
}

const isBytes = (data: unknown): boolean =>
  ['Uint8Array', 'Uint8ClampedArray'].includes(kindOf(data));

/**
 * Checks that the sizes are possible and that the data fits them.
 * @throws ImageError if not.
 */
export function checkSourceImage(image: SourceImage): void {
  const { width, height, channels, data } = Object(image) as SourceImage;
  const isSize = (size: number): boolean => Number.isInteger(size) && size >= 1;
  if (!isSize(width) || !isSize(height) || width * height > MAX_IMAGE_PIXELS) {
    throw new ImageError(
      `imageToDigit: expected a width and height of at least 1 and at most ${MAX_IMAGE_PIXELS} pixels in all; received ${shown(width)} × ${shown(height)}. Use a smaller image.`,
    );
  }
  if (![1, 3, 4].includes(channels)) {
    throw new ImageError(`imageToDigit: expected 1, 3 or 4 channels; received ${shown(channels)}.`);
  }
  const expected = width * height * channels;
  if (!isBytes(data)) {
    throw new ImageError(
      `imageToDigit: expected data that are bytes, as a Uint8Array; received ${shown(data)}.`,
    );
  }
  if (data.length !== expected) {
    throw new ImageError(
      `imageToDigit: expected ${expected} bytes for ${width} × ${height} pixels of ${channels} channels; received ${data.length}. Check the sizes and the channels.`,
    );
  }
}
