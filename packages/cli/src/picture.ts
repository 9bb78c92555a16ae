/**
 * Pictures by sharp: decoded within limits on bytes and pixels that are checked before anything is
 * decoded, resized, and encoded.
 */
import { checkRegularFile } from '@convnet/convnet/node';
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { ImageError, MAX_IMAGE_PIXELS, type SourceImage } from '@convnet/mnist-io';
import type { PictureCodec } from '@convnet/mnist-io/node';
import { loadSharp } from './load-sharp.ts';

/** Largest file, in bytes. */
const LARGEST_FILE = 32 * 2 ** 20;

const formats = new Set<string | undefined>(['png', 'jpeg']);

/** All bytes of a stream; what is too long, or never ends, is left as soon as that is known. */
async function readBytes(file: string): Promise<Buffer> {
  if (file !== '-') await checkRegularFile(file);
  const stream: Readable = file === '-' ? process.stdin : createReadStream(file);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > LARGEST_FILE) {
        throw new ImageError(
          `${file}: expected a picture of at most ${LARGEST_FILE} bytes; received more. Use a smaller picture.`,
        );
      }
      chunks.push(chunk);
    }
  } catch (error) {
    // Node does not say which file it could not read.
    throw Object.assign(error as Error, { path: file });
  }
  return Buffer.concat(chunks);
}

/**
 * The pixels of a PNG or JPEG file; `-` reads standard input.
 * @throws ImageError if it is not such a picture, is broken, or is too large; FileReadError if it is
 * no regular file.
 */
export async function readPicture(file: string): Promise<SourceImage> {
  const bytes = await readBytes(file);
  const sharp = await loadSharp();
  try {
    const image = sharp(bytes, { limitInputPixels: MAX_IMAGE_PIXELS, failOn: 'error' });
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

/** Pictures for conversions of data sets. */
export const pictures: PictureCodec = {
  read: readPicture,
  resize: async ({ height, width, pixels }, size) =>
    (await loadSharp())(pixels, { raw: { height, width, channels: 1 } })
      .resize(size.width, size.height, { fit: 'fill' })
      .toColourspace('b-w')
      .raw({ depth: 'uchar' })
      .toBuffer(),
  encodePng: async ({ height, width, pixels }) =>
    (await loadSharp())(pixels, { raw: { height, width, channels: 1 } })
      .toColourspace('b-w')
      .png()
      .toBuffer(),
};
