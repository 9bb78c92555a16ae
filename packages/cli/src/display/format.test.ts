import { expect, test } from 'vitest';
import { count, definitions, duration, percent } from './format.ts';

test.each([
  [0, '0 s'],
  [59.4, '59 s'],
  [59.6, '1:00'],
  [65, '1:05'],
  [7265, '2:01:05'],
  [-3, '0 s'],
])('%d seconds are %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});

test('shares and counts', () => {
  expect(percent(0.98607)).toBe('98.61 %');
  expect(percent(NaN)).toBe('–');
  expect(count(60_000)).toBe('60,000');
});

test('values stand in one column', () => {
  expect(
    definitions([
      ['a', '1'],
      ['long', '2'],
    ]),
  ).toEqual(['  a     1', '  long  2']);
});
