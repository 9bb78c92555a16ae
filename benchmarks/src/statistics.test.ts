import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatFigure, formatSpread, markdownTable } from './markdown-table.ts';
import { median, spread } from './statistics.ts';

void test('median', () => {
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(median([4, 1, 2, 3]), 2.5);
  assert.throws(() => median([]), RangeError);
});

void test('spread', () => {
  assert.deepEqual(spread([2, 9, 4]), { median: 4, min: 2, max: 9 });
});

void test('figures have three digits', () => {
  assert.equal(formatFigure(1.2149), '1.21');
  assert.equal(formatFigure(35.06), '35.1');
  assert.equal(formatFigure(48_123), '48,100');
  assert.equal(formatFigure(0.08712), '0.0871');
});

void test('spreads show their range', () => {
  assert.equal(formatSpread(spread([5, 5])), '5.00');
  assert.equal(formatSpread(spread([1, 2, 3])), '2.00 (1.00–3.00)');
});

void test('tables', () => {
  assert.equal(
    markdownTable(['a', 'b'], [['x', '12.34']]),
    '| a   |     b |\n| --- | ----: |\n| x   | 12.34 |',
  );
});
