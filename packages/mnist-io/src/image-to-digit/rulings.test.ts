import { RandomStreams } from '@convnet/tensor';
import { describe, expect, test } from 'vitest';
import type { Levelled } from './levelling.ts';
import { withoutRulings } from './rulings.ts';

const [WIDTH, HEIGHT] = [240, 180];

const noise = new RandomStreams(1).stream('noise');

function page(ink: (x: number, y: number) => number): Levelled {
  const values = Float32Array.from({ length: WIDTH * HEIGHT }, (_, i) => {
    return -ink(i % WIDTH, Math.floor(i / WIDTH)) + noise.normal(0, 1);
  });
  return { width: WIDTH, height: HEIGHT, values, noise: 1 };
}

/** A stroke that leans, and a bar. */
const isStroke = (x: number, y: number): boolean =>
  (y > 40 && y < 140 && Math.abs(x - 120 + (y - 90) / 3) < 8) ||
  (x > 90 && x < 150 && Math.abs(y - 45) < 7);

const isRuled = (x: number, y: number): boolean => (y + Math.round(x / 30)) % 25 === 10;
const isSquared = (x: number, y: number): boolean => x % 20 === 5 || y % 20 === 5;

describe('withoutRulings', () => {
  test.each([
    ['ruled', isRuled, 7],
    ['squared', isSquared, 21],
  ])('takes the lines out of %s paper and leaves the strokes', (_, isLine, lines) => {
    const clean = page((x, y) => (isStroke(x, y) ? 150 : 0));
    const lined = page((x, y) => (isStroke(x, y) ? 150 : isLine(x, y) ? 80 : 0));
    const { level, rulings } = withoutRulings(lined, -1);
    expect(rulings).toBeGreaterThanOrEqual(lines);
    let [lost, left] = [0, 0];
    for (const [i, value] of level.values.entries()) {
      if (clean.values[i]! < -75 && value > -60) lost += 1;
      if (clean.values[i]! > -75 && value < -60) left += 1;
    }
    const strokes = clean.values.filter((value) => value < -75).length;
    expect(lost).toBeLessThan(0.01 * strokes);
    expect(left).toBeLessThan(0.06 * strokes);
  });

  test.each<[string, (x: number, y: number) => number]>([
    ['strokes alone', (x, y) => (isStroke(x, y) ? 150 : 0)],
    [
      'a thin stroke that ends before the border',
      (x, y) => (x > 30 && x < 210 && y === 90 ? 99 : 0),
    ],
    ['a thick bar from side to side', (_, y) => (y > 60 && y < 80 ? 99 : 0)],
  ])('changes nothing of %s', (_, ink) => {
    const level = page(ink);
    expect(withoutRulings(level, -1)).toEqual({ level, rulings: 0 });
  });
});
