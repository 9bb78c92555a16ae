import { expect, test } from 'vitest';
import { windowGeometry, type Padding } from './window-geometry.ts';

const along = (length: number, window: number, stride: number, rate: number, padding: Padding) => {
  const geometry = windowGeometry(
    [length, length, 1],
    { windowSize: [window, 1], strides: [stride, 1], dilationRate: [rate, 1], padding },
    'test',
  );
  return [geometry.outputHeight, geometry.padTop];
};

test.each([
  // length, window, stride, rate, padding, [positions, before]; values as TensorFlow gives them
  [28, 3, 1, 1, 'valid', [26, 0]],
  [28, 3, 2, 1, 'valid', [13, 0]],
  [28, 3, 1, 2, 'valid', [24, 0]],
  [28, 3, 1, 1, 'same', [28, 1]],
  [28, 5, 1, 1, 'same', [28, 2]],
  [28, 2, 1, 1, 'same', [28, 0]],
  [28, 3, 2, 1, 'same', [14, 0]],
  [29, 3, 2, 1, 'same', [15, 1]],
  [29, 1, 2, 1, 'same', [15, 0]],
  [7, 3, 1, 2, 'same', [7, 2]],
] as const)(
  'length %i, window %i, stride %i, rate %i, %s',
  (length, window, stride, rate, padding, expected) => {
    expect(along(length, window, stride, rate, padding)).toEqual(expected);
  },
);

test('a window larger than the input is refused', () => {
  expect(() => along(4, 5, 1, 1, 'valid')).toThrow(
    "test: expected an input of at least 5 × 1 positions for padding 'valid'; received [4, 4, 1].",
  );
});
