import { describe, expect, test } from 'vitest';
import { inkChannel, LUMA } from './ink-channel.ts';
import type { SourceImage } from './source-image.ts';

function page(paper: readonly number[], ink: readonly number[]): SourceImage {
  const [width, height, channels] = [90, 60, paper.length as 3 | 4];
  const data = Uint8Array.from({ length: width * height * channels }, (_, i) => {
    const pixel = Math.floor(i / channels);
    const isInk = Math.abs((pixel % width) - 40) < 3 && Math.floor(pixel / width) > 10;
    return (isInk ? ink : paper)[i % channels]!;
  });
  return { width, height, channels, data };
}

describe('inkChannel', () => {
  test.each([
    ['yellow on white', [255, 255, 255], [248, 231, 28], [0, 0, 1000]],
    ['cyan on white', [255, 255, 255], [90, 245, 255], [1000, 0, 0]],
    ['blue on black', [0, 0, 0], [0, 0, 200], [0, 0, 1000]],
    ['yellow on nothing', [0, 0, 0, 0], [248, 231, 28, 255], [0, 0, 1000]],
    ['black on white', [255, 255, 255], [20, 20, 20], LUMA],
    ['blue on white', [240, 240, 240], [40, 60, 160], LUMA],
    ['red on yellow', [240, 230, 90], [200, 30, 40], LUMA],
  ])('%s', (_, paper, ink, expected) => {
    expect(inkChannel(page(paper, ink))).toEqual(expected);
  });
});
