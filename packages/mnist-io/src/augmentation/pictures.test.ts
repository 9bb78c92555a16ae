/** Augmentation of pictures of several channels, and what suits them. */
import { OptionError } from '@convnet/tensor';
import { describe, expect, test } from 'vitest';
import { ImageSamples } from '../dataset/image-samples.ts';
import { augmented } from './augmented.ts';
import { colorJitter } from './color-jitter.ts';
import { crop } from './crop.ts';
import { cutout } from './cutout.ts';
import { elastic } from './elastic.ts';
import { erase } from './erase.ts';
import { flip } from './flip.ts';
import { rotate } from './rotate.ts';
import { scale } from './scale.ts';
import { shear } from './shear.ts';
import { shift } from './shift.ts';
import { strokeWidth } from './stroke-width.ts';
import type { Transform } from './transform.ts';

const [height, width] = [9, 12];
const normalization = { mean: 0, standardDeviation: 1 };

/** An image, as `count` epochs show it. */
function epochs(
  transform: Transform,
  pixels: Uint8Array,
  channels: number,
  count: number,
): Uint8Array[] {
  const images = new ImageSamples({ pixels, height, width, channels, normalization });
  const { bytes } = augmented(images, [transform], { seed: 1 });
  return Array.from({ length: count }, (_, epoch) => {
    const into = new Uint8Array(pixels.length);
    bytes.readBytes([0], into, epoch);
    return into;
  });
}

const noisy = (channels: number): Uint8Array =>
  Uint8Array.from({ length: height * width * channels }, (_, i) => (i * 7919 + 13) % 251);

/** One channel of an image. */
const channelOf = (pixels: Uint8Array, channels: number, channel: number): Uint8Array =>
  pixels.filter((_, i) => i % channels === channel);

describe.each([2, 3, 4])('of %d channels', (channels) => {
  test.each<[string, Transform]>([
    ['shift', shift()],
    ['rotate', rotate()],
    ['scale', scale({ aspect: 1.2 })],
    ['shear', shear()],
    ['elastic', elastic()],
    ['strokeWidth', strokeWidth()],
    ['erase', erase()],
    ['flip', flip()],
    ['crop', crop()],
    ['cutout', cutout()],
  ])('%s does to each channel what it does to a grey image', (_, transform) => {
    const pixels = noisy(channels);
    const together = epochs(transform, pixels, channels, 20);
    for (let channel = 0; channel < channels; channel++) {
      const alone = epochs(transform, channelOf(pixels, channels, channel), 1, 20);
      expect(together.map((image) => channelOf(image, channels, channel))).toEqual(alone);
    }
  });
});

test('flip mirrors exactly, and half of the images', () => {
  const pixels = noisy(3);
  const mirrored = (dx: boolean, dy: boolean): Uint8Array =>
    pixels.map((_, i) => {
      const [row, column, c] = [Math.floor(i / (width * 3)), Math.floor(i / 3) % width, i % 3];
      const [y, x] = [dy ? height - 1 - row : row, dx ? width - 1 - column : column];
      return pixels[(y * width + x) * 3 + c]!;
    });
  const forms = [
    mirrored(false, false),
    mirrored(true, false),
    mirrored(false, true),
    mirrored(true, true),
  ].map(String);
  const counts = [0, 0, 0, 0];
  for (const image of epochs(flip({ horizontal: 0.5, vertical: 0.25 }), pixels, 3, 2000)) {
    counts[forms.indexOf(String(image))]! += 1;
  }
  // Four standard deviations of 2,000 draws.
  for (const [i, share] of [0.375, 0.375, 0.125, 0.125].entries()) {
    expect(Math.abs(counts[i]! / 2000 - share)).toBeLessThan(
      4 * Math.sqrt((share * (1 - share)) / 2000),
    );
  }
});

test('whole shifts move pixels and keep them, to every place equally often', () => {
  const pixels = new Uint8Array(height * width);
  pixels[4 * width + 5] = 200;
  const places = new Map<number, number>();
  for (const image of epochs(shift({ pixels: 2.5, whole: true }), pixels, 1, 2500)) {
    const lit = [...image.keys()].filter((at) => image[at] !== 0);
    expect(lit).toHaveLength(1);
    expect(image[lit[0]!]).toBe(200);
    places.set(lit[0]!, (places.get(lit[0]!) ?? 0) + 1);
  }
  const expected = [2, 3, 4, 5, 6].flatMap((row) => [3, 4, 5, 6, 7].map((x) => row * width + x));
  expect([...places.keys()].sort((a, b) => a - b)).toEqual(expected);
  for (const count of places.values()) expect(Math.abs(count - 100)).toBeLessThan(50);
});

test('cutout wipes out a square about any pixel, cut to the image', () => {
  const size = 4;
  const pixels = new Uint8Array(height * width * 3).fill(100);
  const centres = new Set<string>();
  for (const image of epochs(cutout({ size }), pixels, 3, 3000)) {
    const wiped = [...image.keys()].filter((at) => image[at] === 0).map((at) => Math.floor(at / 3));
    const rows = wiped.map((at) => Math.floor(at / width));
    const columns = wiped.map((at) => at % width);
    const [top, bottom] = [Math.min(...rows), Math.max(...rows)];
    const [left, right] = [Math.min(...columns), Math.max(...columns)];
    expect(wiped).toHaveLength((bottom - top + 1) * (right - left + 1) * 3);
    // What the edge cut off is known from the other side.
    const row = top > 0 ? top + size / 2 : bottom + 1 - size / 2;
    const column = left > 0 ? left + size / 2 : right + 1 - size / 2;
    centres.add(`${row} ${column}`);
  }
  expect(centres.size).toBe(height * width);
  const kept = epochs(cutout({ size, probability: 0 }), pixels, 3, 5);
  expect(kept.every((image) => image.every((byte) => byte === 100))).toBe(true);
});

test('crop shows a part that lies within the image', () => {
  // Brightness tells the place: 10 · column + 1 row.
  const pixels = Uint8Array.from(
    { length: height * width },
    (_, at) => 20 + 15 * (at % width) + 3 * Math.floor(at / width),
  );
  const shares = epochs(crop({ smallest: 0.25, largest: 0.5, aspect: 1 }), pixels, 1, 500).map(
    (image) => {
      expect(Math.min(...image)).toBeGreaterThan(0);
      const middle = 4 * width;
      return (image[middle + 10]! - image[middle + 1]!) / (9 * 15);
    },
  );
  // Sides are √0.25 to √0.5 of the image's, but for rounded bytes.
  expect(Math.min(...shares)).toBeGreaterThan(0.5 - 0.02);
  expect(Math.min(...shares)).toBeLessThan(0.53);
  expect(Math.max(...shares)).toBeLessThan(Math.SQRT1_2 + 0.02);
  expect(Math.max(...shares)).toBeGreaterThan(0.68);
});

describe('colorJitter', () => {
  const one = (r: number, g: number, b: number): Uint8Array =>
    Uint8Array.from({ length: height * width * 3 }, (_, i) => [r, g, b][i % 3]!);
  const none = { brightness: 0, contrast: 0, saturation: 0 };

  test('multiplies by the brightness', () => {
    for (const image of epochs(
      colorJitter({ ...none, brightness: 0.5 }),
      one(40, 80, 160),
      3,
      50,
    )) {
      const factor = image[2]! / 160;
      expect(Math.abs(image[0]! - 40 * factor)).toBeLessThanOrEqual(1);
      expect(Math.abs(image[1]! - 80 * factor)).toBeLessThanOrEqual(1);
      expect(factor).toBeGreaterThan(0.49);
      expect(factor).toBeLessThan(1.51);
    }
  });

  test('keeps the brightness of a pixel whose saturation changes', () => {
    const images = epochs(colorJitter({ ...none, saturation: 1 }), one(90, 120, 150), 3, 50);
    const grey = 0.299 * 90 + 0.587 * 120 + 0.114 * 150;
    for (const [r, g, b] of images) {
      expect(Math.abs(0.299 * r! + 0.587 * g! + 0.114 * b! - grey)).toBeLessThan(1);
    }
    expect(new Set(images.map(([r]) => r)).size).toBeGreaterThan(20);
  });

  test('keeps the mean of an image whose contrast changes', () => {
    const pixels = Uint8Array.from({ length: height * width }, (_, i) => (i % 2 === 0 ? 100 : 140));
    for (const image of epochs(colorJitter({ ...none, contrast: 1 }), pixels, 1, 50)) {
      expect(Math.abs((image[0]! + image[1]!) / 2 - 120)).toBeLessThanOrEqual(1);
    }
  });

  test('leaves opacity as it is', () => {
    for (const channels of [2, 4]) {
      for (const image of epochs(colorJitter(), noisy(channels), channels, 10)) {
        const opacity = channels - 1;
        expect(channelOf(image, channels, opacity)).toEqual(
          channelOf(noisy(channels), channels, opacity),
        );
      }
    }
  });
});

test.each([
  [() => flip({ horizontal: 2 }), 'flip horizontal'],
  [() => crop({ smallest: 0 }), 'crop smallest'],
  [() => crop({ smallest: 0.6, largest: 0.5 }), 'crop smallest'],
  [() => cutout({ size: 0.5 }), 'cutout size'],
  [() => colorJitter({ brightness: -1 }), 'colorJitter brightness'],
])('%s is refused', (make, what) => {
  expect(make).toThrow(OptionError);
  expect(make).toThrow(what);
});
