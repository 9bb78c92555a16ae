import { describe, expect, test } from 'vitest';
import { byNaturalOrder } from './natural-order.ts';

describe('byNaturalOrder', () => {
  test('sorts numbers by value, also within names', () => {
    const sorted = ['0', '01', '1', '2', '10', 'a', 'a2b', 'a2c', 'a10', 'b', 'ä'];
    expect([...sorted].reverse().sort(byNaturalOrder)).toEqual(sorted);
    expect(byNaturalOrder('a1', 'a1')).toBe(0);
  });
});
