/** Pictures from files: decoded by sharp, within limits that are checked before decoding. */
import { readFile, stat } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { ImageError, MAX_IMAGE_PIXELS, type SourceImage } from '@convnet/mnist-io';
import sharp from 'sharp';

/** Largest file, in bytes. */
const LARGEST_FILE = 32 * 2 ** 20;

const formats = new Set<string | undefined>(['png', 'jpeg']);

async function readBytes(file: string): Promise<Buffer> {
  if (file === '-') return buffer(process.stdin);
  const { size } = await stat(file);
  if (size > LARGEST_FILE) {
    throw new ImageError(
      `${file}: expected a picture of at most ${LARGEST_FILE} bytes; the file has ${size}. Use a smaller picture.`,
    );
  }
  return readFile(file);
}

/**
 * The pixels of a PNG or JPEG file; `-` reads standard input.
 * @throws ImageError if it is no such picture, or too large.
 */
export async function readPicture(file: string): Promise<SourceImage> {
  const bytes = await readBytes(file);
  const image = sharp(bytes, { limitInputPixels: MAX_IMAGE_PIXELS, failOn: 'error' });
  try {
    const { format } = await image.metadata();
    if (!formats.has(format)) throw new Error(`it is ${format}`);
    const { data, info } = await image
      .autoOrient()
      .toColourspace('srgb')
      .ensureAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, channels: 4, data };
  } catch (error) {
    throw new ImageError(
      `${file}: expected a PNG or JPEG picture of at most ${MAX_IMAGE_PIXELS} pixels; ${(error as Error).message.split('\n')[0]!}.`,
      { cause: error },
    );
  }
}
