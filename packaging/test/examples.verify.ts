/** The programs in `examples/` that take longest, running to their end. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runExample } from './programs.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'convnet-examples-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('residual-network', () => {
  expect(runExample('residual-network.ts', folder, { EPOCHS: '1', LIMIT: '200' })).toMatch(
    /test \{ loss/,
  );
});

test('early-stopping', () => {
  expect(runExample('early-stopping.ts', folder)).toMatch(
    /validation \{ loss: 0\.\d+, accuracy: 0\.9\d*/,
  );
});
