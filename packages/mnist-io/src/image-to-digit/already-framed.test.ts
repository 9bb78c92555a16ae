import { describe, expect, test } from 'vitest';
import { generateDigits } from '../generated-digits/generate-digits.ts';
import { alreadyFramed } from './already-framed.ts';

const digits = generateDigits({ count: 50, seed: 5, split: 'test' }).images.pixels;
const digit = (index: number): Uint8Array => digits.slice(index * 784, (index + 1) * 784);

describe('alreadyFramed', () => {
  test('takes MNIST-like images as they are, and their negatives as well', () => {
    const framed = Array.from({ length: 50 }, (_, i) => alreadyFramed(digit(i), 28, 28));
    expect(framed.filter(Boolean).length).toBeGreaterThanOrEqual(48);
    for (const [i, found] of framed.entries()) {
      if (!found) continue;
      expect(found.pixels).toEqual(digit(i));
      expect(found.isDark).toBe(false);
      const negative = alreadyFramed(
        digit(i).map((value) => 255 - value),
        28,
        28,
      )!;
      expect(negative).toEqual({ ...found, isDark: true });
    }
  });

  test.each<[string, (pixels: Uint8Array) => [Uint8Array, number, number]]>([
    ['moved aside', (p) => [Uint8Array.from(p, (_, i) => p[(i + 3) % 784]!), 28, 28]],
    ['smaller', (p) => [p.map((v, i) => (Math.floor(i / 28) < 12 ? 0 : v)), 28, 28]],
    ['on grey', (p) => [p.map((v) => Math.max(v, 9)), 28, 28]],
    ['with a dirty border', (p) => [p.map((v, i) => (i === 300 - (300 % 28) ? 90 : v)), 28, 28]],
    ['faint', (p) => [p.map((v) => v >> 2), 28, 28]],
    ['of another shape', (p) => [p, 56, 14]],
    ['empty', () => [new Uint8Array(784), 28, 28]],
  ])('leaves images %s to the preparation', (_, change) => {
    expect(alreadyFramed(digit(0), 28, 28)).toBeDefined();
    expect(alreadyFramed(...change(digit(0)))).toBeUndefined();
  });
});
