/**
 * Pictures by sharp, and BMP by bmp-ts: decoded within limits on bytes and pixels that are checked before
 * anything is decoded, fitted to a size, and encoded.
 */
import { checkRegularFile } from '@convnet/convnet/node';
import { ImageError, MAX_IMAGE_PIXELS, type SourceImage } from '@convnet/mnist-io';
import type { ImageShape, ImageSize, PictureCodec, PictureFit } from '@convnet/mnist-io/node';
import { open, readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { Sharp } from 'sharp';
import { loadSharp } from './load-sharp.ts';

/** Largest file, in bytes. */
const LARGEST_FILE = 256 * 2 ** 20;

/** Most pixels of a picture; it is read in pieces where it is made smaller. */
const MOST_PIXELS = 100_000_000;

const formats = new Set<string | undefined>(['png', 'jpeg', 'webp', 'gif']);

/** A picture that is not decoded yet. */
interface OpenPicture extends ImageSize {
  /** Whether its file has no room for colours. */
  readonly isGrey: boolean;
  /** Its pixels, upright, in sRGB. */
  readonly image: Sharp;
}

/** All bytes of a stream; what is too long, or never ends, is left as soon as that is known. */
async function bytesOfStream(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_FILE) throw tooLong('standard input');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const tooLong = (file: string): ImageError =>
  new ImageError(
    `${file}: expected a picture of at most ${LARGEST_FILE} bytes; received more. Use a smaller picture.`,
  );

async function isBmp(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer.toString('latin1') === 'BM';
  } finally {
    await handle.close();
  }
}

/** The picture in a file, or the first of several; `-` is standard input. */
async function openPicture(file: string): Promise<OpenPicture> {
  let input: Buffer | string = file;
  if (file === '-') input = await bytesOfStream(process.stdin);
  else if ((await checkRegularFile(file)) > LARGEST_FILE) throw tooLong(file);
  const isBitmap =
    typeof input === 'string'
      ? await isBmp(input)
      : input.subarray(0, 2).toString('latin1') === 'BM';
  if (isBitmap) return openBmp(typeof input === 'string' ? await readFile(input) : input);
  const sharp = await loadSharp();
  // The size is looked at below, to say what it is.
  const start = (): Sharp => sharp(input, { limitInputPixels: false, failOn: 'error' });
  const { format, space, autoOrient } = await start().metadata();
  if (!formats.has(format)) throw new Error(`it is ${format}`);
  checkSize(autoOrient);
  return {
    width: autoOrient.width,
    height: autoOrient.height,
    isGrey: space === 'b-w' || space === 'grey16',
    image: start().autoOrient().toColourspace('srgb'),
  };
}

async function openBmp(bytes: Buffer): Promise<OpenPicture> {
  // Its header says how many pixels will be made of it.
  const [width, height] = [Math.abs(bytes.readInt32LE(18)), Math.abs(bytes.readInt32LE(22))];
  checkSize({ width, height });
  const { decode } = await import('bmp-ts');
  const { data } = decode(bytes, { toRGBA: true });
  // Few programs write opacity; most leave these bytes zero and mean opaque.
  const isOpaque = data.every((byte, at) => at % 4 !== 3 || byte === 0);
  if (isOpaque) for (let at = 3; at < data.length; at += 4) data[at] = 255;
  const sharp = await loadSharp();
  const raw = { width, height, channels: 4 } as const;
  const image = sharp(data, { raw }).toColourspace('srgb');
  return { width, height, isGrey: false, image };
}

function checkSize({ width, height }: ImageSize): void {
  if (width * height > MOST_PIXELS) throw new Error(`it has ${width} × ${height}`);
}

/** What `use` makes of a picture. @throws ImageError that names the file, whatever is wrong with it. */
async function withPicture<T>(file: string, use: (picture: OpenPicture) => Promise<T>): Promise<T> {
  try {
    return await use(await openPicture(file));
  } catch (error) {
    if (error instanceof ImageError) throw error;
    // What the system says of the file is told as such.
    if ((error as NodeJS.ErrnoException).syscall !== undefined) {
      throw Object.assign(error as Error, { path: file });
    }
    if ((error as Error).name === 'FileReadError') throw error;
    throw new ImageError(
      `${file}: expected a PNG, JPEG, WebP, GIF or BMP picture of at most ${MOST_PIXELS} pixels; ${(error as Error).message.split('\n')[0]!}.`,
      { cause: error },
    );
  }
}

/**
 * The pixels of a picture file, for `imageToDigit`; `-` reads standard input. Pictures of more pixels than it
 * takes are made smaller.
 * @throws ImageError if it is not such a picture, is broken, or is too large; FileReadError if it is
 * no regular file.
 */
export function readPicture(file: string): Promise<SourceImage> {
  return withPicture(file, async ({ width, height, image }) => {
    const scale = Math.sqrt(Math.min(1, MAX_IMAGE_PIXELS / (width * height)));
    const smaller = (side: number): number => Math.max(1, Math.floor(side * scale));
    const size = { width: smaller(width), height: smaller(height) };
    const made = scale < 1 ? image.resize(size.width, size.height, { fit: 'fill' }) : image;
    const data = await made.ensureAlpha().raw({ depth: 'uchar' }).toBuffer();
    return { ...(scale < 1 ? size : { width, height }), channels: 4, data };
  });
}

/** `image`, of that size, fitted to another one. */
function fitted(image: Sharp, from: ImageSize, to: ImageSize, fit: PictureFit): Sharp {
  if (from.width === to.width && from.height === to.height) return image;
  const scale = Math.min(to.width / from.width, to.height / from.height);
  const width = fit === 'stretch' ? to.width : Math.max(1, Math.round(from.width * scale));
  const height = fit === 'stretch' ? to.height : Math.max(1, Math.round(from.height * scale));
  const [left, top] = [(to.width - width) >> 1, (to.height - height) >> 1];
  const [right, bottom] = [to.width - width - left, to.height - height - top];
  const resized = image.resize(width, height, { fit: 'fill' });
  if (to.width === width && to.height === height) return resized;
  return resized.extend({ left, right, top, bottom, extendWith: 'copy' });
}

/**
 * Pixels of so many channels from red, green, blue and opacity: without opacity on a white page, and grey by
 * the luma of ITU-R BT.601, so that grey stays exactly as it is.
 */
function toChannels(rgba: Uint8Array, channels: number): Uint8Array {
  if (channels === 4) return rgba;
  const pixels = new Uint8Array((rgba.length / 4) * channels);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += channels) {
    const [red, green, blue, alpha] = [
      rgba[from]!,
      rgba[from + 1]!,
      rgba[from + 2]!,
      rgba[from + 3]!,
    ];
    const onWhite = (value: number): number => Math.round(255 + ((value - 255) * alpha) / 255);
    const luma = (299 * red + 587 * green + 114 * blue) / 1000;
    if (channels === 3) pixels.set([onWhite(red), onWhite(green), onWhite(blue)], to);
    else if (channels === 2) pixels.set([Math.round(luma), alpha], to);
    else pixels[to] = onWhite(luma);
  }
  return pixels;
}

/** How many pixels are enough to see whether a picture has colours. */
const SMALL_SIDE = 128;

/** Most that red, green and blue of a grey pixel differ, after JPEG and conversions of colours. */
const GREY_TOLERANCE = 16;

/** Whether any pixel of red, green and blue is not grey. */
function hasColors(rgb: Uint8Array): boolean {
  for (let at = 0; at + 2 < rgb.length; at += 3) {
    const [red, green, blue] = [rgb[at]!, rgb[at + 1]!, rgb[at + 2]!];
    if (Math.max(red, green, blue) - Math.min(red, green, blue) > GREY_TOLERANCE) return true;
  }
  return false;
}

/** Keeps grey from becoming colours, which sharp makes of it unless told otherwise. */
const keepingGrey = (image: Sharp, channels: number): Sharp =>
  channels <= 2 ? image.toColourspace('b-w') : image;

const raw = ({ width, height, channels }: ImageShape) => ({
  raw: { width, height, channels: channels as 1 | 2 | 3 | 4 },
});

/** Pictures for data sets. */
export const pictures: PictureCodec = {
  size: (file) => withPicture(file, ({ width, height }) => Promise.resolve({ width, height })),
  hasColors: (file) =>
    withPicture(file, async ({ image, isGrey }) => {
      if (isGrey) return false;
      const small = image.removeAlpha().resize(SMALL_SIDE, SMALL_SIDE, { fit: 'inside' });
      return hasColors(await small.raw({ depth: 'uchar' }).toBuffer());
    }),
  read: (file, shape, fit) =>
    withPicture(file, async ({ image, ...size }) => {
      const made = fitted(image.ensureAlpha(), size, shape, fit);
      return toChannels(await made.raw({ depth: 'uchar' }).toBuffer(), shape.channels);
    }),
  resize: async ({ pixels, ...shape }, size, fit) => {
    const image = (await loadSharp())(pixels, raw(shape));
    return keepingGrey(fitted(image, shape, size, fit), shape.channels)
      .raw({ depth: 'uchar' })
      .toBuffer();
  },
  encodePng: async ({ pixels, ...shape }) =>
    keepingGrey((await loadSharp())(pixels, raw(shape)), shape.channels)
      .png()
      .toBuffer(),
};
