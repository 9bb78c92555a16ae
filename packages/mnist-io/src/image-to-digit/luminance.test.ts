import { describe, expect, test } from 'vitest';
import { luminanceOf } from './luminance.ts';

const rgba = (...pixels: number[][]) =>
  luminanceOf({
    width: pixels.length,
    height: 1,
    channels: 4,
    data: Uint8Array.from(pixels.flat()),
  });

describe('luminanceOf', () => {
  test('weighs the colours as ITU-R BT.601 does, and leaves grey as it is', () => {
    const data = Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255, 77, 77, 77, 255, 255, 255);
    const { values } = luminanceOf({ width: 5, height: 1, channels: 3, data });
    expect([...values]).toEqual([76, 150, 29, 77, 255]);
    const grey = luminanceOf({
      width: 3,
      height: 1,
      channels: 1,
      data: Uint8ClampedArray.of(0, 9, 255),
    });
    expect(grey).toEqual({ values: Uint8Array.of(0, 9, 255), alphaColour: undefined });
  });

  test('lays a picture of several colours on a white page', () => {
    const { values, alphaColour } = rgba(
      [0, 0, 0, 255],
      [200, 0, 0, 255],
      [0, 0, 0, 0],
      [0, 0, 0, 51],
    );
    expect([...values]).toEqual([0, 60, 255, 204]);
    expect(alphaColour).toBeUndefined();
  });

  test.each([0, 255])('takes alpha for ink where the only colour is %i', (colour) => {
    // Colours of nearly transparent pixels are rounding, and do not count.
    const { values, alphaColour } = rgba(
      [0, 0, 0, 0],
      [99, 12, 200, 3],
      [colour, colour, colour, 255],
      [Math.abs(colour - 5), colour, colour, 130],
    );
    expect([...values]).toEqual([0, 3, 255, 130]);
    expect(alphaColour! / 255).toBeCloseTo(colour / 255, 1);
  });

  test('takes a wholly opaque and a wholly transparent picture for what they show', () => {
    expect([...rgba([50, 50, 50, 255], [50, 50, 50, 255]).values]).toEqual([50, 50]);
    expect([...rgba([0, 0, 0, 0], [0, 0, 0, 0]).values]).toEqual([255, 255]);
  });
});
