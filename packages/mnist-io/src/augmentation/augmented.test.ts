import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
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
  it('shows images as they are unless an epoch asks', () => {
    const source = augmented(images, everything, { seed: 1 });
    expect(read(everything, inOrder)).toEqual(images.pixels);
    const [plain, own] = [new Float32Array(count * size), new Float32Array(count * size)];
    source.readSamples(inOrder, own);
    images.readSamples(inOrder, plain);
    expect(own).toEqual(plain);
    expect(source.sampleCount).toBe(count);
    expect(source.sampleShape).toEqual([28, 28, 1]);
  });

  it('shows an image alike whatever else is read, before or with it', () => {
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

  it('shows other images for another index, epoch or seed', () => {
    const twice = augmented(images.select([0, 0]), augmentations.light, { seed: 1 });
    const pair = new Uint8Array(2 * size);
    twice.bytes.readBytes([0, 1], pair, 0);
    expect(pair.subarray(0, size)).not.toEqual(pair.subarray(size));
    const first = read(augmentations.light, inOrder, 0);
    expect(read(augmentations.light, inOrder, 1)).not.toEqual(first);
    expect(read(augmentations.light, inOrder, 0, 2)).not.toEqual(first);
    expect(read(augmentations.light, inOrder, 0)).toEqual(first);
  });

  it.each([Float32Array, Float64Array])('gives floats that are the inputs of its bytes', (Kind) => {
    const into = new Kind(count * size);
    const source = augmented(images, everything, { seed: 1 });
    source.readSamples(inOrder, into, 4);
    const bytes = read(everything, inOrder, 4);
    expect(into).toEqual(new Kind(Array.from(bytes, (byte) => source.bytes.valueOfByte[byte]!)));
  });

  it('changes nothing with an empty list', () => {
    expect(read(augmentations.none, inOrder, 0)).toEqual(images.pixels);
  });

  it('leaves the original images alone', () => {
    const before = images.pixels.slice();
    read(everything, inOrder, 0);
    expect(images.pixels).toEqual(before);
  });

  it('refuses indices, room, epochs and seeds that cannot be', () => {
    const source = augmented(images, everything, { seed: 1 });
    const into = new Uint8Array(size);
    expect(() => {
      source.bytes.readBytes([count], into, 0);
    }).toThrow(RangeError);
    expect(() => {
      source.bytes.readBytes([0, 1], into, 0);
    }).toThrow('expected room for 1568 numbers');
    for (const epoch of [-1, 0.5, Number.NaN]) {
      expect(() => {
        source.bytes.readBytes([0], into, epoch);
      }).toThrow(`expected an epoch that is a whole number of at least 0; received ${epoch}.`);
    }
    expect(() => augmented(images, everything, { seed: -1 })).toThrow(RangeError);
  });

  // Computed on Node 20 on x86-64; every engine must find the same.
  it.each<[string, Augmentation, string]>([
    [
      'light',
      augmentations.light,
      '6d3077295bed077470950d5026abe3420c55b9abad0e2933ba6521cb4a500355',
    ],
    [
      'strong',
      augmentations.strong,
      '7ac72f39da5f95eaa045339d212afa0d92ba823b5b9bcdf092d1c479a5f86e03',
    ],
    ['everything', everything, '7cd78fa7d052cb9bd92755a3ef1cccf34a1ff1e3469592e9fa6e82e256fc4b9d'],
  ])('makes the same bits of %s everywhere', (_, augmentation, expected) => {
    const hash = createHash('sha256')
      .update(read(augmentation, inOrder, 1))
      .digest('hex');
    expect(hash).toBe(expected);
  });

  it.each<[AugmentationName, number, number]>([
    ['light', 10, 40],
    ['strong', 20, 55],
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
