import { describe, expect, it } from 'vitest';
import { ImageError } from '../errors.ts';
import { generateDigits } from '../generated-digits/generate-digits.ts';
import { imageToDigit, MAX_IMAGE_PIXELS, type SourceImage } from './image-to-digit.ts';

const digits = generateDigits({ count: 100, seed: 3, split: 'test' });
const digit = (index: number): Uint8Array =>
  digits.images.pixels.slice(index * 784, (index + 1) * 784);

function meanDifference(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, value, index) => sum + Math.abs(value - b[index]!), 0) / a.length;
}

function centreOfMass(pixels: Uint8Array): [x: number, y: number] {
  let [mass, x, y] = [0, 0, 0];
  for (const [position, value] of pixels.entries()) {
    mass += value;
    x += value * (position % 28);
    y += value * Math.floor(position / 28);
  }
  return [x / mass, y / mass];
}

/** A digit drawn `scale` times larger on a page, by a function from ink to a pixel's bytes. */
function draw(
  ink: Uint8Array,
  scale: number,
  channels: 1 | 3 | 4,
  colour: (ink: number) => number[],
): SourceImage {
  const [width, height, left, top] = [28 * scale + 37, 28 * scale + 12, 31, 2];
  const data = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const column = Math.floor((x - left) / scale);
      const row = Math.floor((y - top) / scale);
      const inside = column >= 0 && column < 28 && row >= 0 && row < 28;
      data.set(colour(inside ? ink[row * 28 + column]! : 0), (y * width + x) * channels);
    }
  }
  return { width, height, channels, data };
}

describe('imageToDigit', () => {
  it('leaves images that are framed already nearly as they are', () => {
    for (let index = 0; index < digits.size; index++) {
      const before = digit(index);
      const after = imageToDigit({ width: 28, height: 28, channels: 1, data: before });
      const [x, y] = centreOfMass(before);
      const [newX, newY] = centreOfMass(after.pixels);
      expect(Math.abs(newX - x)).toBeLessThanOrEqual(1.05);
      expect(Math.abs(newY - y)).toBeLessThanOrEqual(1.05);
      expect(after.darkInk).toBe(false);
    }
  });

  it.each<[string, 1 | 3 | 4, (ink: number) => number[], boolean]>([
    ['grey on black', 1, (ink) => [20 + ink * 0.7], false],
    ['black on white', 1, (ink) => [255 - ink], true],
    ['blue on yellow', 3, (ink) => [240 - ink * 0.9, 230 - ink * 0.8, 90 + ink * 0.2], true],
    ['black on a transparent canvas', 4, (ink) => [0, 0, 0, ink], true],
    ['white on green, opaque', 4, (ink) => [ink, 100 + ink * 0.6, ink, 255], false],
  ])('finds a large digit, off centre, %s', (_, channels, colour, darkInk) => {
    for (const index of [0, 1, 2, 3, 4]) {
      const result = imageToDigit(draw(digit(index), 8, channels, colour));
      expect(result.darkInk).toBe(darkInk);
      expect(meanDifference(result.pixels, digit(index))).toBeLessThan(2.5);
    }
  });

  it('says where the ink was', () => {
    const data = new Uint8Array(40 * 30);
    for (let y = 5; y < 25; y++) data.fill(255, y * 40 + 10, y * 40 + 14);
    const { inkBox, pixels } = imageToDigit({ width: 40, height: 30, channels: 1, data });
    expect(inkBox).toEqual({ left: 10, top: 5, width: 4, height: 20 });
    expect(centreOfMass(pixels)).toEqual([14.5, 14.5]);
    expect(pixels.filter((value) => value === 255)).toHaveLength(80);
  });

  it('ignores the noise and the shade of the background', () => {
    const page = draw(digit(7), 8, 1, (ink) => [200 - ink * 0.7]);
    const clean = imageToDigit(page).pixels;
    const data = Uint8Array.from(page.data, (value, position) => {
      const shade = (position % page.width) / page.width;
      return value + 12 * shade + ((position * 7919) % 11) - 5;
    });
    const noisy = imageToDigit({ ...page, data });
    expect(noisy.darkInk).toBe(true);
    expect(meanDifference(noisy.pixels, clean)).toBeLessThan(8);
  });

  it('keeps thin lines visible and enlarges small drawings', () => {
    const thin = new Uint8Array(600 * 600);
    for (let y = 100; y < 500; y++) thin[y * 600 + 300] = 255;
    const line = imageToDigit({ width: 600, height: 600, channels: 1, data: thin }).pixels;
    expect(Math.max(...line)).toBe(255);
    expect(line.filter((value) => value > 0)).toHaveLength(20);
    const small = new Uint8Array(81);
    small[40] = 255;
    const dot = imageToDigit({ width: 9, height: 9, channels: 1, data: small }).pixels;
    expect(dot.filter((value) => value === 255)).toHaveLength(400);
  });

  it.each<[string, SourceImage, RegExp]>([
    ['no width', { width: 0, height: 5, channels: 1, data: new Uint8Array(0) }, /0 × 5/],
    [
      'part of a pixel',
      { width: 1.5, height: 2, channels: 1, data: new Uint8Array(3) },
      /1\.5 × 2/,
    ],
    ['too many pixels', { width: MAX_IMAGE_PIXELS, height: 2, channels: 1, data: new Uint8Array(0) }, /smaller image/], // prettier-ignore
    [
      'two channels',
      { width: 1, height: 1, channels: 2 as 1, data: new Uint8Array(2) },
      /received 2/,
    ],
    ['too little data', { width: 2, height: 2, channels: 3, data: new Uint8Array(11) }, /expected 12 bytes.*received 11/], // prettier-ignore
    ['a black image', { width: 9, height: 9, channels: 1, data: new Uint8Array(81) }, /blank/],
    ['one pixel', { width: 1, height: 1, channels: 1, data: Uint8Array.of(7) }, /blank/],
    ['an empty canvas', { width: 9, height: 9, channels: 4, data: new Uint8ClampedArray(324) }, /blank/], // prettier-ignore
    ['stripes up to the border', { width: 9, height: 9, channels: 1, data: Uint8Array.from({ length: 81 }, (_, i) => 255 * (i % 2)) }, /border alone varies by 255/], // prettier-ignore
    ['faint noise', { width: 9, height: 9, channels: 1, data: Uint8Array.from({ length: 81 }, (_, i) => 100 + (i % 7)) }, /blank/], // prettier-ignore
  ])('refuses %s', (_, image, message) => {
    expect(() => imageToDigit(image)).toThrow(ImageError);
    expect(() => imageToDigit(image)).toThrow(message);
  });
});
