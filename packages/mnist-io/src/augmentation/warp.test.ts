import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { direction } from './direction.ts';
import { Warp } from './warp.ts';

const height = 5;
const width = 7;
const anyImage = fc.uint8Array({ minLength: height * width, maxLength: height * width });

function resampled(warp: Warp, source: Uint8Array): Uint8Array {
  const into = new Uint8Array(height * width).fill(99);
  warp.resample(source, 0, into);
  return into;
}

/** `image`, with every row `right` pixels to the right and `down` down. */
function moved(image: Uint8Array, right: number, down: number): Uint8Array {
  return Uint8Array.from(image, (_, at) => {
    const [row, column] = [Math.floor(at / width) - down, (at % width) - right];
    const isInside = row >= 0 && row < height && column >= 0 && column < width;
    return isInside ? image[row * width + column]! : 0;
  });
}

describe('Warp', () => {
  test('leaves the image as it is until told otherwise, and after reset', () => {
    fc.assert(
      fc.property(anyImage, (image) => {
        const warp = new Warp(height, width);
        expect(resampled(warp, image)).toEqual(image);
        warp.multiply(1, 2, -0.5, 3);
        warp.move(1, 1);
        warp.displacementX.fill(2);
        warp.displacementY.fill(2);
        warp.reset();
        expect(resampled(warp, image)).toEqual(image);
      }),
    );
  });

  test('moves by whole pixels exactly, with background where nothing came from', () => {
    const steps = fc.integer({ min: -9, max: 9 });
    fc.assert(
      fc.property(anyImage, steps, steps, (image, right, down) => {
        const warp = new Warp(height, width);
        warp.move(right, down);
        expect(resampled(warp, image)).toEqual(moved(image, right, down));
        // A displacement says where to look, the other way round.
        const displaced = new Warp(height, width);
        displaced.displacementX.fill(-right);
        displaced.displacementY.fill(-down);
        expect(resampled(displaced, image)).toEqual(moved(image, right, down));
      }),
    );
  });

  test('turns clockwise by a positive angle, y being down', () => {
    const size = 3;
    const warp = new Warp(size, size);
    const { sine, cosine } = direction(90);
    warp.multiply(cosine, -sine, sine, cosine);
    const into = new Uint8Array(size * size);
    warp.resample(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9), 0, into);
    expect([...into]).toEqual([7, 4, 1, 8, 5, 2, 9, 6, 3]);
  });

  test('composes movements in their order and resamples once: there and back loses nothing', () => {
    const { sine, cosine } = direction(33);
    fc.assert(
      fc.property(anyImage, (image) => {
        const warp = new Warp(height, width);
        warp.multiply(cosine, -sine, sine, cosine);
        warp.move(0.3, -1.7);
        warp.multiply(1.5, 0.2, 0, 0.8);
        warp.multiply(1 / 1.5, -0.2 / (1.5 * 0.8), 0, 1 / 0.8);
        warp.move(-0.3, 1.7);
        warp.multiply(cosine, sine, -sine, cosine);
        expect(Math.max(...resampled(warp, image).map((byte, at) => byte - image[at]!))).toBe(0);
      }),
    );
  });

  test('reads between pixels by their distances', () => {
    const image = new Uint8Array(height * width);
    image[2 * width + 3] = 100;
    const warp = new Warp(height, width);
    warp.move(0.25, 0.5);
    const ink = resampled(warp, image);
    const around = [0, 1].map((row) => [0, 1].map((column) => ink[(2 + row) * width + 3 + column]));
    expect(around).toEqual([
      [38, 13],
      [38, 13],
    ]);
  });

  test('reads the image that begins at a place', () => {
    const two = Uint8Array.from({ length: 2 * height * width }, (_, i) => i);
    const into = new Uint8Array(height * width);
    new Warp(height, width).resample(two, height * width, into);
    expect(into).toEqual(two.subarray(height * width));
  });
});
