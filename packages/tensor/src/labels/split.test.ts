import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RandomStreams } from '../random.ts';
import { kFold, stratifiedSplit, trainTestSplit } from './split.ts';

const seed = fc.integer({ min: 0, max: 2 ** 40 });
const anyLabels = fc.array(fc.nat(4), { minLength: 2, maxLength: 60 });
const ascending = (indices: Uint32Array): number[] => [...indices].sort((a, b) => a - b);

/** How many of `indices` each of five classes has. */
const counts = (labels: readonly number[], indices: Iterable<number>): number[] => {
  const found = [0, 0, 0, 0, 0];
  for (const index of indices) found[labels[index]!]! += 1;
  return found;
};

describe('trainTestSplit', () => {
  test('puts every sample into one of two parts, with the classes in proportion', () => {
    const testSize = fc.double({ min: 0.05, max: 0.95, noNaN: true });
    fc.assert(
      fc.property(anyLabels, testSize, seed, (labels, testSize, seed) => {
        const count = labels.length;
        const share = Math.round(testSize * count);
        fc.pre(share > 0 && share < count);
        const { train, test } = trainTestSplit(count, { seed, testSize, stratify: labels });
        expect(test).toHaveLength(share);
        expect(ascending(Uint32Array.of(...train, ...test))).toEqual([...labels.keys()]);
        expect([...train]).toEqual(ascending(train));
        expect([...test]).toEqual(ascending(test));
        const all = counts(labels, labels.keys());
        counts(labels, test).forEach((found, label) => {
          expect(Math.abs(found - testSize * all[label]!)).toBeLessThan(1.000001);
        });
      }),
    );
  });

  test('is the same for a seed, another for another one, and by default a quarter', () => {
    const split = (seed: number) => trainTestSplit(40, { seed });
    expect(split(1).test).toHaveLength(10);
    expect(split(1)).toEqual(split(1));
    expect(split(1)).not.toEqual(split(2));
    expect([...trainTestSplit(12, { seed: 1 }).test]).toEqual([2, 4, 8]);
  });

  test.each<[string, () => unknown, string]>([
    [
      'a share of all',
      () => trainTestSplit(4, { seed: 1, testSize: 1 }),
      'trainTestSplit testSize',
    ],
    ['a part of none', () => trainTestSplit(1, { seed: 1 }), '0.25 of 1 leaves none'],
    ['a seed', () => trainTestSplit(4, { seed: -1 }), 'seed: expected a whole number'],
    [
      'other labels',
      () => trainTestSplit(4, { seed: 1, stratify: [0, 1] }),
      'trainTestSplit stratify: expected a label for each of 4 samples; received 2.',
    ],
    ['half a class', () => kFold(2, { k: 2, seed: 1, stratify: [0, 0.5] }), 'received 0.5 at 1.'],
    ['one fold', () => kFold(4, { k: 1, seed: 1 }), 'kFold k: expected a whole number from 2 to 4'],
    ['more folds than samples', () => kFold(4, { seed: 1 }), 'received 5'],
    ['too many samples', () => kFold(1e9, { seed: 1 }), 'kFold count: expected'],
  ])('refuses %s', (_, call, words) => {
    expect(call).toThrow(words);
  });
});

describe('kFold', () => {
  test('validates each sample once, with sizes and classes in proportion', () => {
    fc.assert(
      fc.property(anyLabels, fc.integer({ min: 2, max: 7 }), seed, (labels, k, seed) => {
        const count = labels.length;
        fc.pre(k <= count);
        const folds = kFold(count, { k, seed, stratify: labels });
        expect(folds).toHaveLength(k);
        const validated = folds.flatMap(({ validation }) => [...validation]);
        expect(validated.sort((a, b) => a - b)).toEqual([...labels.keys()]);
        const all = counts(labels, labels.keys());
        for (const { train, validation } of folds) {
          expect(ascending(Uint32Array.of(...train, ...validation))).toEqual([...labels.keys()]);
          expect([...train]).toEqual(ascending(train));
          expect([...validation]).toEqual(ascending(validation));
          expect(Math.abs(validation.length - count / k)).toBeLessThan(1);
          counts(labels, validation).forEach((found, label) => {
            expect(Math.abs(found - all[label]! / k)).toBeLessThan(1);
          });
        }
      }),
    );
  });

  test('is the same for a seed, another for another one, and by default of five', () => {
    const folds = (seed: number) => kFold(30, { seed });
    expect(folds(1)).toHaveLength(5);
    expect(folds(1)).toEqual(folds(1));
    expect(folds(1)).not.toEqual(folds(2));
    expect(kFold(6, { k: 2, seed: 1 }).map(({ validation }) => [...validation])).toEqual([
      [1, 2, 5],
      [0, 3, 4],
    ]);
  });
});

test('stratifiedSplit takes any share, none and all included', () => {
  const labels = [0, 1, 0, 1];
  const split = (fraction: number): number[] =>
    stratifiedSplit(labels, fraction, new RandomStreams(1).stream('x')).map(({ length }) => length);
  expect([0, 0.5, 1].map(split)).toEqual([
    [0, 4],
    [2, 2],
    [4, 0],
  ]);
});
