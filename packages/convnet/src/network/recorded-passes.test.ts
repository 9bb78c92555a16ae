import { expect, test } from 'vitest';
import { MOST_PASSES, RecordedPasses } from './recorded-passes.ts';

test('the passes that were used last are kept, and others give their memory back', () => {
  const passes = new RecordedPasses<{ readonly release: () => void }>();
  let recorded = 0;
  let released = 0;
  const release = (): void => {
    released += 1;
  };
  const get = (key: string) =>
    passes.get(key, () => {
      recorded += 1;
      return { release };
    });
  const first = get('first');
  for (let i = 0; i < 3 * MOST_PASSES; i++) {
    get(`${i}`);
    expect(get('first')).toBe(first);
  }
  get('0'); // long gone
  expect(recorded).toBe(1 + 3 * MOST_PASSES + 1);
  expect(released).toBe(recorded - MOST_PASSES);
});
