import { OptionError } from '@convnet/tensor';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ImageSamples } from '../dataset/image-samples.ts';
import { generateDigits } from '../generated-digits/generate-digits.ts';
import { augmentations, type AugmentationName } from './augmentations.ts';
import { augmented } from './augmented.ts';
import { elastic } from './elastic.ts';
import { erase } from './erase.ts';
import { noise } from './noise.ts';
import type { Augmentation } from './transform.ts';

const count = 40;
const size = 28 * 28;
const { images } = generateDigits({ count, seed: 3, split: 'train' });
const inOrder = Uint32Array.from({ length: count }, (_, i) => i);
const everything: Augmentation = [
  ...augmentations.strong,
  elastic({ alpha: 10, sigma: 3 }),
  erase(),
  noise(),
];

function read(
  augmentation: Augmentation,
  indices: ArrayLike<number>,
  epoch?: number,
  seed = 1,
): Uint8Array {
  const into = new Uint8Array(indices.length * size);
  augmented(images, augmentation, { seed }).bytes.readBytes(indices, into, epoch);
  return into;
}

describe('augmented', () => {
  test('shows images as they are unless an epoch asks', () => {
    const source = augmented(images, everything, { seed: 1 });
    expect(read(everything, inOrder)).toEqual(images.pixels);
    const [plain, own] = [new Float32Array(count * size), new Float32Array(count * size)];
    source.readSamples(inOrder, own);
    images.readSamples(inOrder, plain);
    expect(own).toEqual(plain);
    expect(source.sampleCount).toBe(count);
    expect(source.sampleShape).toEqual([28, 28, 1]);
  });

  test('shows an image alike whatever else is read, before or with it', () => {
    const all = read(everything, inOrder, 2);
    const source = augmented(images, everything, { seed: 1 });
    const someIndices = fc.array(fc.nat(count - 1), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(someIndices, (indices) => {
        const into = new Uint8Array(indices.length * size);
        source.bytes.readBytes(indices, into, 2);
        indices.forEach((index, at) => {
          const expected = all.subarray(index * size, (index + 1) * size);
          expect(into.subarray(at * size, (at + 1) * size)).toEqual(expected);
        });
      }),
    );
  });

  test('shows other images for another index, epoch or seed', () => {
    const twice = augmented(images.select([0, 0]), augmentations.light, { seed: 1 });
    const pair = new Uint8Array(2 * size);
    twice.bytes.readBytes([0, 1], pair, 0);
    expect(pair.subarray(0, size)).not.toEqual(pair.subarray(size));
    const first = read(augmentations.light, inOrder, 0);
    expect(read(augmentations.light, inOrder, 1)).not.toEqual(first);
    expect(read(augmentations.light, inOrder, 0, 2)).not.toEqual(first);
    expect(read(augmentations.light, inOrder, 0)).toEqual(first);
  });

  test.each([Float32Array, Float64Array])(
    'gives floats that are the inputs of its bytes',
    (Kind) => {
      const into = new Kind(count * size);
      const source = augmented(images, everything, { seed: 1 });
      source.readSamples(inOrder, into, 4);
      const bytes = read(everything, inOrder, 4);
      expect(into).toEqual(new Kind(Array.from(bytes, (byte) => source.bytes.valueOfByte[byte]!)));
    },
  );

  test('changes nothing with an empty list', () => {
    expect(read(augmentations.none, inOrder, 0)).toEqual(images.pixels);
  });

  test('leaves the original images alone', () => {
    const before = images.pixels.slice();
    read(everything, inOrder, 0);
    expect(images.pixels).toEqual(before);
  });

  test('refuses indices, room, epochs and seeds that cannot be', () => {
    const source = augmented(images, everything, { seed: 1 });
    const into = new Uint8Array(size);
    expect(() => {
      source.bytes.readBytes([count], into, 0);
    }).toThrow(OptionError);
    expect(() => {
      source.bytes.readBytes([0, 1], into, 0);
    }).toThrow('expected room for 1568 numbers');
    for (const epoch of [-1, 0.5, Number.NaN]) {
      expect(() => {
        source.bytes.readBytes([0], into, epoch);
      }).toThrow(`expected a whole number of at least 0; received ${epoch}.`);
    }
    expect(() => augmented(images, everything, { seed: -1 })).toThrow(OptionError);
  });

  // Computed on Node 20 on x86-64; every engine must find the same.
  test.each<[string, Augmentation, string]>([
    [
      'light',
      augmentations.light,
      'ef00c43f08374894906a213ff00c9e39603a506b9461fda6af4a08446da24a38',
    ],
    [
      'strong',
      augmentations.strong,
      'c5cc16c7b18c97dc71e825769939af22a810d4a6d7dbf7f20a956c1765845290',
    ],
    ['everything', everything, 'fda13902e04d683f3b300911976d97d541508480f0c63406a7da03190ff2ea85'],
  ])('makes the same bits of %s everywhere', (_, augmentation, expected) => {
    const pixels = Uint8Array.from({ length: 20 * size }, (_, at) => (at * at * 7 + at * 31) >> 3);
    const source = new ImageSamples({ pixels, height: 28, width: 28 });
    const shown = new Uint8Array(pixels.length);
    augmented(source, augmentation, { seed: 1 }).bytes.readBytes(inOrder.subarray(0, 20), shown, 1);
    expect(createHash('sha256').update(shown).digest('hex')).toBe(expected);
  });

  test.each<[AugmentationName, number, number]>([
    ['light', 10, 40],
    ['strong', 15, 40],
  ])('%s changes digits by some, but not too much', (name, least, most) => {
    const shown = read(augmentations[name], inOrder, 0);
    const change = shown.reduce((sum, byte, at) => sum + Math.abs(byte - images.pixels[at]!), 0);
    const ink = images.pixels.reduce((sum, byte) => sum + byte, 0);
    const shownInk = shown.reduce((sum, byte) => sum + byte, 0);
    expect(change / shown.length).toBeGreaterThan(least);
    expect(change / shown.length).toBeLessThan(most);
    expect(Math.abs(shownInk / ink - 1)).toBeLessThan(0.15);
  });
});
