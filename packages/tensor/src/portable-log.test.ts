import fc from 'fast-check';
import { expect, test } from 'vitest';
import { portableLog } from './portable-log.ts';

test('agrees with Math.log to the last few bits', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-300, max: 1e300, noNaN: true }), (x) => {
      const expected = Math.log(x);
      expect(Math.abs(portableLog(x) - expected)).toBeLessThanOrEqual(
        1e-15 * Math.abs(expected) + 1e-16,
      );
    }),
    { numRuns: 2000 },
  );
});
