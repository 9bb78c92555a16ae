import { describe, expect, test } from 'vitest';
import { drawBeta } from './beta.ts';
import { RandomStreams } from './random.ts';

const draws = (alpha: number, beta: number, count = 40_000): number[] => {
  const random = new RandomStreams(3).stream('beta');
  return Array.from({ length: count }, () => drawBeta(random, alpha, beta));
};

describe.each([
  [0.01, 0.01],
  [0.2, 0.2],
  [0.4, 1.5],
  [1, 1],
  [2, 5],
  [300, 100],
])('Beta(%d, %d)', (alpha, beta) => {
  test('has its mean, its variance and its skewness', () => {
    const numbers = draws(alpha, beta);
    const sum = alpha + beta;
    const mean = alpha / sum;
    const variance = (alpha * beta) / (sum * sum * (sum + 1));
    const moment = (power: number): number =>
      numbers.reduce((total, x) => total + (x - mean) ** power, 0) / numbers.length;
    const deviation = Math.sqrt(variance);
    const skewness =
      (2 * (beta - alpha) * Math.sqrt(sum + 1)) / ((sum + 2) * Math.sqrt(alpha * beta));
    // Four to five standard errors of 40,000 draws.
    expect(Math.abs(moment(1)) / deviation).toBeLessThan(0.022);
    expect(Math.abs(moment(2) / variance - 1)).toBeLessThan(0.04);
    expect(Math.abs(moment(3) / deviation ** 3 - skewness)).toBeLessThan(0.1);
    expect(numbers.every((x) => x >= 0 && x <= 1)).toBe(true);
  });
});

test('Beta(1, 1) is uniform', () => {
  const sorted = draws(1, 1).sort((a, b) => a - b);
  const distances = sorted.map((x, i) => Math.abs(x - (i + 0.5) / sorted.length));
  // Kolmogorov and Smirnov, at 0.1 %.
  expect(Math.max(...distances)).toBeLessThan(1.95 / Math.sqrt(sorted.length));
});

test('has the same bits everywhere', () => {
  expect(draws(0.2, 0.2, 3)).toEqual([0.4269812074000694, 0.9999999963492161, 0.9214281134142583]);
});

test.each([0, -1, NaN, 1e7])('refuses alpha %d', (alpha) => {
  const random = new RandomStreams(1).stream('x');
  expect(() => drawBeta(random, alpha, 1)).toThrow('drawBeta alpha: expected a number from');
});
