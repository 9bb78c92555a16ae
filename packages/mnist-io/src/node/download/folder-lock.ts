/**
 * Lets one process at a time download into a folder. The lock is a file with a random token; its
 * holder touches it every second. An untouched lock belongs to a process that died and is
 * taken over. Should a holder merely have slept, it finds another's token, or none, in its lock
 * and gives up: at no time do two processes go on for longer than a second.
 */
import { randomUUID } from 'node:crypto';
import fs from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** How often the holder touches its lock and a waiting process looks at it, in milliseconds. */
const HEARTBEAT_MS = 1000;
const LOOK_MS = 100;

/** A lock that was not touched for this many milliseconds is abandoned. */
const STALE_MS = 4000;

/** Told to a process that waits, once. */
export type OnWait = () => void;

/** Options of {@link withLock}. */
export interface LockOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called once if another process holds the lock. */
  readonly onWait?: OnWait | undefined;
}

/** Another process has taken the lock from this one, which seemed dead. */
class LockLost extends Error {
  override readonly name = 'LockLost';
}

/**
 * Runs `action` while holding the lock, waiting for it as long as another process keeps it. The
 * action is run again should the lock be lost meanwhile.
 *
 * @param action takes the signal that ends it: that of the options, or the loss of the lock.
 * @throws what `action` throws, the file system's error, or the reason of `signal`.
 */
export async function withLock<T>(
  file: string,
  { signal, onWait }: LockOptions,
  action: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  for (;;) {
    const token = await acquire(file, signal, onWait);
    const lost = new AbortController();
    const heart = setInterval(() => {
      beat(file, token).catch((error: unknown) => {
        lost.abort(error);
      });
    }, HEARTBEAT_MS);
    try {
      return await action(signal ? AbortSignal.any([lost.signal, signal]) : lost.signal);
    } catch (error) {
      if (!(lost.signal.reason instanceof LockLost)) throw error;
    } finally {
      clearInterval(heart);
      if ((await tokenOf(file)) === token) await fs.rm(file, { force: true });
    }
  }
}

async function beat(file: string, token: string): Promise<void> {
  if ((await tokenOf(file)) !== token) {
    throw new LockLost(`${file}: another process has taken over.`);
  }
  const now = new Date();
  await fs.utimes(file, now, now);
}

async function tokenOf(file: string): Promise<string | undefined> {
  return fs.readFile(file, 'utf8').catch(() => undefined);
}

/** Waits for the lock and takes it; returns the token that stands in it. */
async function acquire(
  file: string,
  signal: AbortSignal | undefined,
  onWait: OnWait | undefined,
): Promise<string> {
  const token = randomUUID();
  let touched = 0;
  // Measured here, by a clock of this process: those of a server and of its clients may differ.
  let touchedAt = performance.now();
  for (let isFirst = true; ; isFirst = false) {
    signal?.throwIfAborted();
    try {
      await fs.writeFile(file, token, { flag: 'wx' });
      return token;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const stat = await fs.stat(file).catch(() => undefined);
    if (stat && stat.mtimeMs !== touched) {
      touched = stat.mtimeMs;
      touchedAt = performance.now();
    }
    if (performance.now() - touchedAt > STALE_MS) {
      await takeAway(file);
      touchedAt = performance.now();
      continue;
    }
    if (isFirst) onWait?.();
    await sleep(LOOK_MS, undefined, signal ? { signal } : {});
  }
}

/** Removes a stale lock. Only one of several processes succeeds in renaming it. */
async function takeAway(file: string): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  await fs.rename(file, aside).catch(() => undefined);
  await fs.rm(aside, { force: true });
}
