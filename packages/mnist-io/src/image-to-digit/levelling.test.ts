import { RandomStreams } from '@convnet/tensor';
import { describe, expect, test } from 'vitest';
import { subtractLocalMeans, subtractSurface } from './levelling.ts';
import type { Plane } from './plane.ts';

function planeOf(width: number, height: number, value: (x: number, y: number) => number): Plane {
  const values = new Float32Array(width * height);
  for (let i = 0; i < values.length; i++) values[i] = value(i % width, Math.floor(i / width));
  return { width, height, values };
}

const largest = (values: Float32Array): number =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** A thick ring of ink that fills most of a page of 200 × 150 and touches its border. */
const isInk = (x: number, y: number): boolean => {
  const distance = Math.hypot(x - 75, y - 75);
  return distance > 40 && distance <= 76;
};

describe('subtractSurface', () => {
  test('removes any light of second degree, whatever ink is there', () => {
    const light = (x: number, y: number): number =>
      200 - 0.3 * x + 0.2 * y + 0.0008 * x * x - 0.001 * x * y - 0.002 * y * y;
    const page = planeOf(200, 150, (x, y) => light(x, y) - (isInk(x, y) ? 90 : 0));
    const { values, noise } = subtractSurface(page);
    const expected = planeOf(200, 150, (x, y) => (isInk(x, y) ? -90 : 0)).values;
    expect(largest(values.map((value, i) => value - expected[i]!))).toBeLessThan(0.01);
    expect(noise).toBeLessThan(0.01);
  });

  test('tells the noise', () => {
    const random = new RandomStreams(4).stream('noise');
    const page = planeOf(200, 150, (x) => 100 + x / 4 + random.normal(0, 6));
    expect(subtractSurface(page).noise).toBeGreaterThan(5);
    expect(subtractSurface(page).noise).toBeLessThan(7);
  });

  test('takes the median of the border of a tiny picture, and works on one pixel', () => {
    const page = planeOf(8, 8, (x, y) => (x > 2 && x < 6 && y < 7 ? 255 : 3));
    expect(subtractSurface(page).values).toEqual(planeOf(8, 8, (x, y) => (x > 2 && x < 6 && y < 7 ? 252 : 0)).values); // prettier-ignore
    expect([...subtractSurface(planeOf(1, 1, () => 9)).values]).toEqual([0]);
  });
});

describe('subtractLocalMeans', () => {
  const shadow = (x: number): number => 40 / (1 + ((x - 100) / 40) ** 4);

  test('removes a soft shadow, and leaves ink nearly as dark as it was', () => {
    const isStroke = (x: number): boolean => Math.abs(x - 120) < 8;
    const page = planeOf(200, 150, (x) => -shadow(x) - (isStroke(x) ? 120 : 0));
    const { values } = subtractLocalMeans({ ...page, noise: 1 }, -1, 80);
    for (let x = 0; x < 200; x++) {
      expect(Math.abs(values[75 * 200 + x]! + (isStroke(x) ? 120 : 0))).toBeLessThan(12);
    }
  });

  test('leaves a level picture untouched', () => {
    const page = { ...planeOf(90, 90, (x, y) => (x === y ? 200 : (x % 3) - 1)), noise: 1 };
    expect(subtractLocalMeans(page, 1, 100)).toBe(page);
  });
});
