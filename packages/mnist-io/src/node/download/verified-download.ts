/**
 * Downloads one file whose size and SHA-256 are known. It is hashed while it arrives, never
 * grows beyond the known size, and takes its name only once it is whole, right and on disk; what
 * is there before is called `NAME.*.part` and removed when anything fails.
 */
import { createHash, randomUUID } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';

/** The size and hash by which a file is known. */
export interface FileIdentity {
  readonly bytes: number;
  /** 64 lower-case hexadecimal digits. */
  readonly sha256: string;
}

/** The `fetch` of the platform, or a stand-in. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** What {@link downloadVerified} needs. */
export interface VerifiedDownload {
  readonly url: string;
  readonly file: string;
  readonly identity: FileIdentity;
  readonly fetch: Fetch;
  /** Longest wait for the server's next sign of life, in milliseconds. */
  readonly silenceMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly onReceived: (receivedBytes: number) => void;
}

/** Slower than this on average, a server is as good as dead. */
const MIN_BYTES_PER_SECOND = 4096;

/** A part that was not written to for so long, in milliseconds, belongs to a process that died. */
const ABANDONED_AFTER_MS = 60_000;

/** Whether the file is there and has the given size and hash. */
export async function hasIdentity(file: string, identity: FileIdentity): Promise<boolean> {
  const stat = await fs.stat(file).catch(() => undefined);
  if (stat?.isFile() !== true || stat.size !== identity.bytes) return false;
  const hash = createHash('sha256').update(await fs.readFile(file));
  return hash.digest('hex') === identity.sha256;
}

/**
 * Downloads `url` to `file`, replacing it.
 *
 * @throws Error saying what the server did wrong, the file system's error, or the reason of
 * `signal`; nothing is left behind then.
 */
export async function downloadVerified(download: VerifiedDownload): Promise<void> {
  await removeAbandonedParts(download.file);
  const part = `${download.file}.${randomUUID().slice(0, 8)}.part`;
  try {
    const handle = await fs.open(part, 'wx');
    try {
      await receive(download, handle);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await fs.rename(part, download.file);
    await syncFolder(path.dirname(download.file));
  } catch (error) {
    await fs.rm(part, { force: true });
    throw error;
  }
}

async function removeAbandonedParts(file: string): Promise<void> {
  const folder = path.dirname(file);
  for (const name of await fs.readdir(folder)) {
    if (!name.startsWith(`${path.basename(file)}.`) || !name.endsWith('.part')) continue;
    const part = path.join(folder, name);
    const stat = await fs.stat(part).catch(() => undefined);
    if (stat !== undefined && Date.now() - stat.mtimeMs > ABANDONED_AFTER_MS) {
      await fs.rm(part, { force: true });
    }
  }
}

async function receive(download: VerifiedDownload, handle: fs.FileHandle): Promise<void> {
  const { url, identity, silenceMs, signal } = download;
  const ending = new AbortController();
  const silence = new Error(`no answer within ${silenceMs / 1000} s`);
  let timer: NodeJS.Timeout | undefined;
  const heard = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      ending.abort(silence);
    }, silenceMs);
  };
  const startedAt = performance.now();
  heard();
  try {
    const signals = signal === undefined ? [ending.signal] : [ending.signal, signal];
    const response = await download.fetch(url, {
      signal: AbortSignal.any(signals),
      // A server that wraps the file in another layer of gzip would change its bytes.
      headers: { 'accept-encoding': 'identity' },
    });
    if (!response.ok || response.body === null) {
      throw new Error(`HTTP status ${response.status}`);
    }
    const hash = createHash('sha256');
    let received = 0;
    const reader = response.body.getReader();
    for (;;) {
      const { done, value: piece } = await reader.read();
      if (done) break;
      heard();
      received += piece.length;
      if (received > identity.bytes) {
        throw new Error(`expected ${identity.bytes} bytes; received more`);
      }
      const seconds = (performance.now() - startedAt - silenceMs) / 1000;
      if (received < identity.bytes && received < seconds * MIN_BYTES_PER_SECOND) {
        throw new Error(`fewer than ${MIN_BYTES_PER_SECOND} bytes per second`);
      }
      hash.update(piece);
      await handle.appendFile(piece);
      download.onReceived(received);
    }
    if (received < identity.bytes) {
      throw new Error(`expected ${identity.bytes} bytes; received ${received}`);
    }
    const sha256 = hash.digest('hex');
    if (sha256 !== identity.sha256) {
      throw new Error(`expected SHA-256 ${identity.sha256}; received ${sha256}`);
    }
  } finally {
    clearTimeout(timer);
    // Hangs up on a server that still has something to say.
    ending.abort();
  }
}

/** Makes a rename last through a power failure, where folders can be synced at all. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await fs.open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
