import fc from 'fast-check';
import { expect, test } from 'vitest';
import { portableExp } from './portable-exp.ts';

test('agrees with Math.exp to the last few bits', () => {
  fc.assert(
    fc.property(fc.double({ min: -700, max: 709, noNaN: true }), (x) => {
      const expected = Math.exp(x);
      expect(Math.abs(portableExp(x) - expected)).toBeLessThanOrEqual(1e-15 * expected);
    }),
    { numRuns: 2000 },
  );
});

test('has limits', () => {
  expect(portableExp(0)).toBe(1);
  expect(portableExp(710)).toBe(Infinity);
  expect(portableExp(Infinity)).toBe(Infinity);
  expect(portableExp(-746)).toBe(0);
  expect(portableExp(-Infinity)).toBe(0);
  expect(portableExp(-744)).toBeCloseTo(0, 300);
});
