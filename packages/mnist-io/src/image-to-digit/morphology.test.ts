import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withoutDetails } from './morphology.ts';
import type { Plane } from './plane.ts';

/** The definition: the least, over all squares that hold a pixel, of the largest in the square. */
function closing({ width, height, values }: Plane, reach: number): Float32Array {
  const at = (x: number, y: number): number => {
    const [column, row] = [Math.min(Math.max(x, 0), width - 1), Math.min(Math.max(y, 0), height - 1)]; // prettier-ignore
    return values[row * width + column]!;
  };
  const around = Array.from({ length: 2 * reach + 1 }, (_, i) => i - reach);
  const squareAt = (x: number, y: number): number[] =>
    around.flatMap((dy) => around.map((dx) => at(x + dx, y + dy)));
  return values.map((_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    const largest = around.flatMap((dy) => around.map((dx) => Math.max(...squareAt(x + dx, y + dy)))); // prettier-ignore
    return Math.min(...largest);
  });
}

test('closing and opening are what their definition says, on pictures of any size', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 3 }),
      fc.infiniteStream(fc.nat(255)),
      (width, height, reach, bytes) => {
        const values = Float32Array.from(bytes.take(width * height));
        const plane = { width, height, values };
        const expected = closing(plane, reach);
        expect(withoutDetails(plane, 2 * reach, 'dark').values).toEqual(expected);
        const negative = { width, height, values: values.map((value) => -value) };
        const opened = withoutDetails(negative, 2 * reach, 'light').values;
        expect(opened.map((value) => 0 - value)).toEqual(expected.map((value) => 0 + value));
      },
    ),
    { numRuns: 60 },
  );
});
