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

describe('images of three channels', () => {
  const pixels = Uint8Array.of(0, 51, 102, 153, 204, 255, 10, 20, 30, 40, 50, 60);
  const perChannel = { mean: [0.1, 0.2, 0.3], standardDeviation: [0.5, 1, 2] };
  const coloured = new ImageSamples({
    pixels,
    height: 1,
    width: 2,
    channels: 3,
    normalization: perChannel,
  });
  const expected = (indices: number[]): number[] =>
    indices.flatMap((index) =>
      [0, 1, 2, 3, 4, 5].map((i) => {
        const c = i % 3;
        return (
          (pixels[6 * index + i]! / 255 - perChannel.mean[c]!) / perChannel.standardDeviation[c]!
        );
      }),
    );

  test('are normalized by channel, as floats and by table', () => {
    expect(coloured.sampleCount).toBe(2);
    expect(coloured.sampleShape).toEqual([1, 2, 3]);
    const into = new Float64Array(12);
    coloured.readSamples([1, 0], into);
    expect([...into]).toEqual(expected([1, 0]));
    const bytes = new Uint8Array(6);
    coloured.bytes.readBytes([1], bytes);
    const { valueOfByte } = coloured.bytes;
    expect(Array.from(bytes, (byte, i) => valueOfByte[256 * (i % 3) + byte])).toEqual(
      expected([1]),
    );
  });

  test('stay so when they are chosen and changed', () => {
    expect(coloured.select([1, 1]).sampleShape).toEqual([1, 2, 3]);
    expect(coloured.slice(1, 2).pixels).toEqual(pixels.subarray(6));
    expect(coloured.map((image) => image.reverse()).pixels.slice(0, 6)).toEqual(
      pixels.slice(0, 6).reverse(),
    );
  });

  test('have one constant, or one for each channel', () => {
    const two = { mean: [0, 0], standardDeviation: 1 };
    const make = (normalization: typeof two) =>
      new ImageSamples({ pixels, height: 1, width: 2, channels: 3, normalization });
    expect(() => make(two)).toThrow(DatasetError);
    const plain = new ImageSamples({ pixels, height: 1, width: 2, channels: 3, normalization });
    expect(plain.bytes.valueOfByte).toHaveLength(256);
    expect(() => new ImageSamples({ pixels, height: 1, width: 2, channels: 5 })).toThrow(
      OptionError,
    );
  });
});
