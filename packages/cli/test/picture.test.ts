/** Picture files of all kinds, harmless and hostile: the same pixels, or one clear error. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FileReadError } from '@convnet/convnet/node';
import { generateDigits, ImageError, imageToDigit } from '@convnet/mnist-io';
import fc from 'fast-check';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readPicture } from '../src/picture.ts';
import { chunk, greyPng } from './png.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'convnet-picture-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function fileOf(bytes: Uint8Array): Promise<string> {
  const file = path.join(folder, 'picture');
  await writeFile(file, bytes);
  return file;
}

const SIZE = 140;

/** A digit, black on white, five times its size. */
const page = await (async () => {
  const pixels = generateDigits({ count: 1, seed: 2, split: 'test' }).images.pixels;
  const ink = pixels.map((value) => 255 - value);
  return sharp(ink, { raw: { width: 28, height: 28, channels: 1 } })
    .resize(SIZE)
    .toColourspace('b-w')
    .raw()
    .toBuffer();
})();

const picture = (): Sharp => sharp(page, { raw: { width: SIZE, height: SIZE, channels: 1 } });

/** The lines of the page as PNG stores them. */
function lines(extra = 0): Uint8Array {
  const bytes = new Uint8Array(SIZE * (SIZE + 1) + extra);
  for (let y = 0; y < SIZE; y++) {
    bytes.set(page.subarray(y * SIZE, (y + 1) * SIZE), y * (SIZE + 1) + 1);
  }
  return bytes;
}

const expected = imageToDigit({ width: SIZE, height: SIZE, channels: 1, data: page });

describe('the same digit comes from', () => {
  const ofAlpha = (colour: string): Sharp =>
    sharp({ create: { width: SIZE, height: SIZE, channels: 3, background: colour } }).joinChannel(
      Buffer.from(page.map((value) => 255 - value)),
      { raw: { width: SIZE, height: SIZE, channels: 1 } },
    );
  test.each<[string, () => Sharp, boolean?]>([
    ['a grey PNG', () => picture().png()],
    ['an interlaced PNG', () => picture().png({ progressive: true })],
    ['a PNG with a palette', () => picture().png({ palette: true, colours: 256 })],
    ['a PNG of 16 bits', () => picture().toColourspace('grey16').png()],
    ['a PNG in colour', () => picture().toColourspace('srgb').png()],
    ['a PNG of black ink on nothing', () => ofAlpha('black').png()],
    ['a PNG of white ink on nothing', () => ofAlpha('white').png(), false],
    ['a JPEG', () => picture().jpeg({ quality: 90 })],
    ['a JPEG of bad quality', () => picture().jpeg({ quality: 30 })],
    [
      'a progressive JPEG in CMYK',
      () => picture().toColourspace('cmyk').jpeg({ progressive: true }),
    ],
    [
      'a JPEG that lies on its side',
      () => picture().rotate(-90).jpeg().withMetadata({ orientation: 6 }),
    ],
  ])('%s', async (_, make, darkInk = true) => {
    const source = await readPicture(await fileOf(await make().toBuffer()));
    expect([source.width, source.height, source.channels]).toEqual([SIZE, SIZE, 4]);
    const digit = imageToDigit(source);
    expect(digit.darkInk).toBe(darkInk);
    const difference = digit.pixels.reduce((sum, value, i) => sum + Math.abs(value - expected.pixels[i]!), 0); // prettier-ignore
    expect(difference / 784).toBeLessThan(3);
  });
});

describe('one clear error comes from', () => {
  const good = greyPng(SIZE, SIZE, lines());
  const brokenChecksum = Buffer.from(good);
  const checksumAt = good.length - 12 - 4; // before the 12 bytes of IEND
  brokenChecksum[checksumAt]! ^= 1;

  test.each<[string, Uint8Array, RegExp]>([
    ['no bytes', new Uint8Array(0), /expected a PNG, JPEG, WebP, GIF or BMP picture/],
    ['a header of 65535 × 65535', greyPng(65_535, 65_535, new Uint8Array(9)), /at most 100000000 pixels; it has 65535 × 65535/], // prettier-ignore
    ['a wide header just above the limit', greyPng(16_777_217, 1, new Uint8Array(9)), /expected a PNG, JPEG, WebP, GIF or BMP picture/], // prettier-ignore
    ['a wrong checksum', brokenChecksum, /expected a PNG, JPEG, WebP, GIF or BMP picture/],
    [
      'half a PNG',
      good.subarray(0, good.length >> 1),
      /expected a PNG, JPEG, WebP, GIF or BMP picture/,
    ],
    ['too few lines', greyPng(SIZE, SIZE, lines().subarray(0, 5000)), /expected a PNG, JPEG, WebP, GIF or BMP picture/], // prettier-ignore
    [
      'a header of no size',
      greyPng(0, 9, new Uint8Array(9)),
      /expected a PNG, JPEG, WebP, GIF or BMP picture/,
    ],
    ['a PNG after its end', Buffer.concat([good.subarray(0, 8), chunk('IEND', new Uint8Array(0))]), /expected a PNG, JPEG, WebP, GIF or BMP picture/], // prettier-ignore
    ['more than 256 MiB', new Uint8Array(2 ** 28 + 1), /at most 268435456 bytes; received more/],
  ])('%s', async (_, bytes, message) => {
    const reading = readPicture(await fileOf(bytes));
    await expect(reading).rejects.toThrow(ImageError);
    await expect(reading).rejects.toThrow(message);
  });

  test.skipIf(process.platform === 'win32')('a device that never ends', async () => {
    await expect(readPicture('/dev/zero')).rejects.toThrow(FileReadError);
  });
});

test('300 MB of image data behind a small header do not fill the memory', async () => {
  const bomb = greyPng(SIZE, SIZE, lines(300_000_000));
  expect(bomb.length).toBeLessThan(1_000_000);
  const file = await fileOf(bomb);
  const before = process.memoryUsage().rss;
  const outcome = await readPicture(file).catch((error: unknown) => error);
  expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
  if (outcome instanceof Error) expect(outcome).toBeInstanceOf(ImageError);
  else expect(outcome).toMatchObject({ width: SIZE, height: SIZE });
});

test('a picture in which bytes were changed is read, or refused by an ImageError', async () => {
  for (const whole of [await picture().png().toBuffer(), await picture().jpeg().toBuffer()]) {
    const change = fc.tuple(
      fc.nat({ max: whole.length }),
      fc.uint8Array({ maxLength: 4 }),
      fc.nat(4),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        let bytes: Uint8Array = whole;
        for (const [at, inserted, removed] of changes) {
          bytes = Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at + removed)]);
        }
        const error: unknown = await readPicture(await fileOf(bytes)).catch((why: unknown) => why);
        if (error instanceof Error) expect(error).toBeInstanceOf(ImageError);
      }),
      { numRuns: 100, seed: 1 },
    );
  }
});
