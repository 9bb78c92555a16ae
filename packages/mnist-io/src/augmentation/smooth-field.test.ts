/** The fast field beside the slow one of the paper: white noise on every pixel, smoothed. */
import { RandomStreams } from '@convnet/tensor';
import { describe, expect, test } from 'vitest';
import { SmoothField } from './smooth-field.ts';

const height = 16;
const width = 24;
const draws = 10_000;

/** Calls `use` with both fields of each draw. */
function forEachDraw(sigma: number, use: (fields: readonly Float64Array[]) => void): void {
  const random = new RandomStreams(1).stream('test');
  const field = new SmoothField(height, width, sigma);
  const fields = [new Float64Array(height * width), new Float64Array(height * width)];
  for (let draw = 0; draw < draws; draw++) {
    field.draw(random);
    fields[0]!.fill(0);
    fields[1]!.fill(0);
    field.addTo(0, 1, fields[0]!);
    field.addTo(1, 1, fields[1]!);
    use(fields);
  }
}

/** Sum of the products of each pixel with the one `right` and `down` of it, and their number. */
function products(field: Float64Array, right: number, down: number): [sum: number, count: number] {
  let sum = 0;
  for (let row = 0; row + down < height; row++) {
    for (let column = 0; column + right < width; column++) {
      const at = row * width + column;
      sum += field[at]! * field[at + down * width + right]!;
    }
  }
  return [sum, (height - down) * (width - right)];
}

describe.each([2, 3.5, 4, 5])('fields of σ = %d', (sigma) => {
  const variance = 1 / (12 * Math.PI * sigma * sigma);

  test('have the covariance of smoothed white noise', () => {
    const offsets = [
      [0, 0],
      [3, 0],
      [0, 3],
      [4, 2],
      [1, 7],
    ] as const;
    const sums = offsets.map(() => 0);
    forEachDraw(sigma, (fields) => {
      for (const field of fields) {
        offsets.forEach(([right, down], i) => {
          const [sum, count] = products(field, right, down);
          sums[i]! += sum / count / (2 * draws);
        });
      }
    });
    offsets.forEach(([right, down], i) => {
      const distance = right * right + down * down;
      const expected = Math.exp(-distance / (4 * sigma * sigma));
      expect(Math.abs(sums[i]! / variance - expected)).toBeLessThan(0.025);
    });
  });

  test('are as strong at every pixel, the edges included, and nearly normal', () => {
    const squares = new Float64Array(height * width);
    const beyond = [0, 0];
    forEachDraw(sigma, (fields) => {
      for (const field of fields) {
        field.forEach((value, at) => (squares[at]! += value * value));
        const size = Math.abs(field[8 * width + 8]!) / Math.sqrt(variance);
        if (size > 1) beyond[0]! += 1;
        if (size > 2) beyond[1]! += 1;
      }
    });
    for (const sum of squares) {
      expect(Math.abs(sum / (2 * draws) / variance - 1)).toBeLessThan(0.06);
    }
    expect(Math.abs(beyond[0]! / (2 * draws) - 0.3173)).toBeLessThan(0.015);
    expect(Math.abs(beyond[1]! / (2 * draws) - 0.0455)).toBeLessThan(0.007);
  });

  test('have nothing to do with each other', () => {
    let sum = 0;
    forEachDraw(sigma, ([one, other]) => {
      sum += one![200]! * other![200]!;
    });
    expect(Math.abs(sum / draws / variance)).toBeLessThan(0.03);
  });
});
