/** A few digits on each kind of page; `pages.verify.ts` reads all test images of MNIST. */
import { loadMnist } from '@convnet/mnist-io/node';
import { describe, expect, test } from 'vitest';
import { needed } from '../../../test-needs.shared.ts';
import { Photographer } from './photographed-page.ts';
import { pageKinds, readPages } from './reads-pages.ts';

const dataDir = needed('MNIST', 'reading MNIST from pages');

/** Digits on each of the three kinds of page. */
const COUNT = 25;

describe.skipIf(!dataDir)('digits on large pages, badly lit', () => {
  test.each(pageKinds.map(([name, kind], i) => [name, kind, i] as const))(
    'are read as well as from MNIST itself: %s',
    async (_, kind, i) => {
      const { test: images } = await loadMnist(dataDir!);
      const some = images.slice(i * COUNT, (i + 1) * COUNT);
      const { direct, fromPages, wrongPolarity } = await readPages(some, kind);
      expect(wrongPolarity).toBe(0);
      expect(direct).toBeGreaterThanOrEqual(COUNT - 2);
      expect(fromPages).toBeGreaterThanOrEqual(direct - 1);
    },
  );
});

test('a page is what it is said to be, and the same again for the same seed', () => {
  const blank = new Uint8Array(784);
  const kind = { paper: 200, ink: 0, light: 'to the right' } as const;
  const { width, height, data: seen } = new Photographer(7).take(blank, 3, kind);
  const data = Buffer.from(seen);
  expect([width, height]).toEqual([1400, 1400]);
  const column = (x: number): number[] =>
    Array.from({ length: 1400 }, (_, y) => data[y * 1400 + x]!);
  const mean = (values: number[]): number => values.reduce((a, b) => a + b) / values.length;
  expect(Math.abs(mean(column(0)) - 200)).toBeLessThan(1);
  expect(Math.abs(mean(column(1399)) - 120)).toBeLessThan(1);
  const middle = column(700);
  const variance = mean(middle.map((value) => (value - mean(middle)) ** 2));
  expect(Math.sqrt(variance)).toBeCloseTo(10, 0);
  const isSame = (seed: number): boolean =>
    Buffer.from(new Photographer(seed).take(blank, 3, kind).data).equals(data);
  expect([isSame(7), isSame(8)]).toEqual([true, false]);
});
