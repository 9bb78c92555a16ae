/** Numbers that are not finite, on every rung; `in-chromium.test.ts` has them in another engine. */
import { describe, expect, test } from 'vitest';
import { implementations } from './implementations.ts';
import { cases, operations, unlikeInExpressions, unlikeReference } from './not-finite.ts';

const rungs = implementations.filter(({ title }) => title === 'simd' || title === 'relaxed');

describe.each(cases.map((each) => [each.name, each] as const))('%s', (_, each) => {
  test.each(each.reads.map((shape, i) => [i, shape] as const))('operand %i', (i) => {
    expect(rungs.flatMap(({ kernels }) => [...unlikeReference(each, i, kernels)])).toEqual([]);
  });
});

describe('expressions of each operation, on all pairs', () => {
  test.each(Object.keys(operations))('%s', (name) => {
    expect(rungs.flatMap(({ kernels }) => unlikeInExpressions(name, kernels))).toEqual([]);
  });
});
