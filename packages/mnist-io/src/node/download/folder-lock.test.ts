import { once } from 'node:events';
import fs from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../../test/small-dataset.ts';
import { withLock } from './folder-lock.ts';

let folder = '';
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(async () => {
  await fs.rm(folder, { recursive: true });
});
const lock = () => path.join(folder, 'lock');

describe('withLock', () => {
  test('runs one action at a time, and tells those that wait, once each', async () => {
    let running = 0;
    let most = 0;
    let waits = 0;
    const bothWait = new AbortController();
    const onWait = (): void => {
      waits += 1;
      if (waits === 2) bothWait.abort();
    };
    const run = () =>
      withLock(lock(), { onWait }, async () => {
        most = Math.max(most, ++running);
        // The first goes on once the two others wait; a moment later, others would be seen here.
        if (!bothWait.signal.aborted) await once(bothWait.signal, 'abort');
        await sleep(30);
        running -= 1;
        return 'done';
      });
    expect(await Promise.all([run(), run(), run()])).toEqual(['done', 'done', 'done']);
    expect([most, waits]).toEqual([1, 2]);
    expect(await fs.readdir(folder)).toEqual([]);
  });

  test('is free again after an action that failed', async () => {
    const failing = withLock(lock(), {}, () => Promise.reject(new Error('no luck')));
    await expect(failing).rejects.toThrow('no luck');
    expect(await withLock(lock(), {}, () => Promise.resolve(7))).toBe(7);
  });

  test('stops waiting when told to', async () => {
    await fs.writeFile(lock(), 'of another process');
    const signal = AbortSignal.timeout(50);
    await expect(withLock(lock(), { signal }, () => Promise.resolve())).rejects.toThrow();
    expect(await fs.readFile(lock(), 'utf8')).toBe('of another process');
  });

  test('gives up and waits again when another process took over, whose lock it leaves', async () => {
    let runs = 0;
    const end = withLock(lock(), {}, async (signal) => {
      runs += 1;
      if (runs > 1) return 'second run';
      await fs.writeFile(lock(), 'of another process');
      setTimeout(() => void fs.rm(lock()), 1500);
      await sleep(10_000, undefined, { signal });
      return 'first run';
    });
    expect(await end).toBe('second run');
  });
});
