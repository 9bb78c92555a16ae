import { OptionError } from '@convnet/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DatasetError } from '../errors.ts';
import { ImageDataset } from './image-dataset.ts';
import { ImageSamples } from './image-samples.ts';

const classNames = ['cat', 'dog'];

describe('ImageDataset', () => {
  const dataset = new ImageDataset({
    images: new ImageSamples({
      pixels: Uint8Array.from({ length: 12 }, (_, i) => i),
      height: 2,
      width: 2,
    }),
    labels: Uint8Array.of(1, 0, 1),
    classNames,
    description: 'pets',
  });

  test('slices', () => {
    const slice = dataset.slice(1, 3);
    expect([...slice.labels]).toEqual([0, 1]);
    expect([...slice.images.pixels]).toEqual([4, 5, 6, 7, 8, 9, 10, 11]);
    expect(dataset.slice(2, 2).size).toBe(0);
  });

  test.each([
    [-1, 2],
    [0, 4],
    [2, 1],
    [0.5, 2],
  ])('refuses to slice from %d to %d', (start, end) => {
    expect(() => dataset.slice(start, end)).toThrow(OptionError);
  });

  test('takes the first, or all when there are fewer', () => {
    expect([...dataset.take(2).labels]).toEqual([1, 0]);
    expect(dataset.take(99).size).toBe(3);
    expect(() => dataset.take(-1)).toThrow(OptionError);
  });

  test('refuses labels that do not fit', () => {
    const samples = new ImageSamples({ pixels: new Uint8Array(8), height: 2, width: 2 });
    const init = { images: samples, classNames, description: 'pets' };
    expect(() => new ImageDataset({ ...init, labels: new Uint8Array(3) })).toThrow(DatasetError);
    expect(() => new ImageDataset({ ...init, labels: Uint8Array.of(0, 2) })).toThrow(
      /^pets: .*received 2 for image 1/,
    );
  });

  test('selects in the order asked for, and copies', () => {
    const chosen = dataset.select([2, 0, 2]);
    expect([...chosen.labels]).toEqual([1, 1, 1]);
    expect([...chosen.images.pixels]).toEqual([8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11]);
    expect(chosen.images.pixels.buffer).not.toBe(dataset.images.pixels.buffer);
    expect(chosen.images.normalization).toBe(dataset.images.normalization);
    expect(() => dataset.select([3])).toThrow(OptionError);
    const detached = new Float32Array(2);
    structuredClone(detached.buffer, { transfer: [detached.buffer] });
    expect(dataset.select(detached).size).toBe(0);
  });

  test('maps images one by one, without touching the original', () => {
    const inverted = dataset.map((pixels) => pixels.map((byte) => 255 - byte));
    expect([...inverted.images.pixels]).toEqual([...dataset.images.pixels].map((b) => 255 - b));
    expect(inverted.labels).toEqual(dataset.labels);
    const numbered = dataset.map((pixels, index) => pixels.fill(index));
    expect([...numbered.images.pixels]).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]);
    expect([...dataset.images.pixels]).toEqual(Array.from({ length: 12 }, (_, i) => i));
    expect(() => dataset.map((pixels) => pixels.subarray(1))).toThrow(
      'map: expected 4 bytes, as image 0 has; received 3. Return as many as were given.',
    );
  });

  test('weighs classes so that all weigh the same together', () => {
    expect(dataset.classWeights()).toEqual([1.5, 0.75]);
    expect(dataset.slice(0, 1).classWeights()).toEqual([0, 1]);
  });
});

/** Images of one pixel, which tells their place. */
function numbered(labels: readonly number[], classCount: number): ImageDataset {
  return new ImageDataset({
    images: new ImageSamples({
      pixels: Uint8Array.from(labels.keys()),
      height: 1,
      width: 1,
    }),
    labels: Uint8Array.from(labels),
    classNames: Array.from({ length: classCount }, (_, c) => `class ${c}`),
    description: 'numbers',
  });
}

const anyLabels = fc.array(fc.nat(3), { maxLength: 200 });
const seed = fc.nat();

describe('shuffle', () => {
  test('keeps every image with its label', () => {
    fc.assert(
      fc.property(anyLabels, seed, (labels, seed) => {
        const shuffled = numbered(labels, 4).shuffle({ seed });
        const places = [...shuffled.images.pixels];
        expect(places.toSorted((a, b) => a - b)).toEqual([...labels.keys()]);
        expect([...shuffled.labels]).toEqual(places.map((place) => labels[place]));
      }),
    );
  });

  test('gives one order for a seed, and another for another', () => {
    const dataset = numbered(new Array<number>(100).fill(0), 1);
    const order = (seed: number) => dataset.shuffle({ seed }).images.pixels;
    expect(order(1)).toEqual(order(1));
    expect(order(1)).not.toEqual(order(2));
    expect(order(1)).not.toEqual(dataset.images.pixels);
  });
});

describe('split', () => {
  test('puts every image into one of two sets, with the classes in proportion', () => {
    const fraction = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(anyLabels, fraction, seed, (labels, fraction, seed) => {
        const dataset = numbered(labels, 4);
        const [first, rest] = dataset.split(fraction, { seed });
        expect(first.size).toBe(Math.round(fraction * labels.length));
        const places = [...first.images.pixels, ...rest.images.pixels];
        expect(places.toSorted((a, b) => a - b)).toEqual([...labels.keys()]);
        for (const part of [first, rest]) {
          const own = [...part.images.pixels];
          expect(own).toEqual(own.toSorted((a, b) => a - b));
          expect([...part.labels]).toEqual(own.map((place) => labels[place]));
        }
        const all = dataset.classCounts();
        first.classCounts().forEach((count, label) => {
          expect(Math.abs(count - fraction * all[label]!)).toBeLessThan(1.000001);
        });
      }),
    );
  });

  test('chooses by the seed', () => {
    const dataset = numbered(new Array<number>(100).fill(0), 1);
    const chosen = (seed: number) => dataset.split(0.5, { seed })[0].images.pixels;
    expect(chosen(1)).toEqual(chosen(1));
    expect(chosen(1)).not.toEqual(chosen(2));
  });

  test.each([-0.1, 1.1, Number.NaN])('refuses fraction %d', (fraction) => {
    expect(() => numbered([0], 1).split(fraction, { seed: 1 })).toThrow(
      `numbers split fraction: expected a number from 0 to 1; received ${fraction}.`,
    );
  });

  test('copes with more images of a class than a call takes arguments', () => {
    const count = 300_000;
    const many = new ImageDataset({
      images: new ImageSamples({ pixels: new Uint8Array(count), height: 1, width: 1 }),
      labels: new Uint8Array(count),
      classNames: ['one'],
      description: 'many',
    });
    expect(many.split(0.9, { seed: 1 }).map(({ size }) => size)).toEqual([270_000, 30_000]);
  });
});
