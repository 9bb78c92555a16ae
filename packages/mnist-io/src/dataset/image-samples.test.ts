import { OptionError } from '@convnet/tensor';
import { describe, expect, test } from 'vitest';
import { DatasetError } from '../errors.ts';
import { ImageSamples } from './image-samples.ts';

const normalization = { mean: 0.5, standardDeviation: 0.25 };
const samples = new ImageSamples({
  pixels: Uint8Array.of(0, 255, 51, 102, 153, 204),
  height: 1,
  width: 2,
  normalization,
});

describe('ImageSamples', () => {
  test('tells its size', () => {
    expect(samples.sampleCount).toBe(3);
    expect(samples.sampleShape).toEqual([1, 2, 1]);
  });

  test.each([Float32Array, Float64Array])(
    'reads normalized samples in the order asked for',
    (Kind) => {
      const into = new Kind(7).fill(9);
      samples.readSamples([2, 0, 2], into);
      const expected = [0.4, 1.2, -2, 2, 0.4, 1.2, 9];
      for (const [position, value] of expected.entries()) {
        expect(into[position]).toBeCloseTo(value, 6);
      }
    },
  );

  test('shares the pixels of a slice', () => {
    const slice = samples.slice(1, 3);
    expect(slice.pixels).toEqual(Uint8Array.of(51, 102, 153, 204));
    expect(slice.pixels.buffer).toBe(samples.pixels.buffer);
    expect(slice.normalization).toBe(normalization);
  });

  test.each([[[3]], [[-1]], [[0.5]]])('refuses indices %j', (indices) => {
    expect(() => {
      samples.readSamples(indices, new Float32Array(2));
    }).toThrow(OptionError);
  });

  test('refuses too little room', () => {
    expect(() => {
      samples.readSamples([0, 1], new Float32Array(3));
    }).toThrow('expected room for 4 numbers; received 3');
  });

  test('refuses parts of images and useless normalizations', () => {
    const pixels = new Uint8Array(5);
    expect(() => new ImageSamples({ pixels, height: 1, width: 2 })).toThrow(DatasetError);
    expect(() => new ImageSamples({ pixels, height: 0, width: 5 })).toThrow(DatasetError);
    const flat = { mean: 0, standardDeviation: 0 };
    expect(() => new ImageSamples({ pixels, height: 1, width: 5, normalization: flat })).toThrow(
      DatasetError,
    );
  });
});
