/** Whatever takes kernel memory gives it back: each case 5,000 times in a process of 512 MiB. */
import { expect, test } from 'vitest';
import { runBundled } from './bundled-program.ts';

test.each(['batchSizes', 'compile', 'sharedKernels', 'decode', 'drop', 'dispose'])(
  '%s',
  (name) => {
    expect(Number(runBundled('lifetimes.ts', name, '5000'))).toBeLessThan(512 * 2 ** 20);
  },
  3_600_000,
);
