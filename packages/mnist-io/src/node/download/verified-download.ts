/**
 * Downloads one published file from one address. It goes on where an earlier download broke off
 * (RFC 9110, section 14: Range and If-Range), is hashed while it arrives, never grows beyond its
 * known size, and takes its name only once it is whole, right and on disk.
 */
import type { FileIdentity } from '../../catalogue/dataset-entry.ts';
import { fetchFollowing, type Fetch, type FetchAnswer } from './fetch.ts';
import { IdentityCheck, readInto } from './file-identity.ts';
import { PartFile } from './part-file.ts';
import { Watchdog, type Patience } from './watchdog.ts';

/** Options of {@link downloadVerified}. */
export interface VerifiedDownload extends Patience {
  readonly url: string;
  readonly file: string;
  readonly identity: FileIdentity;
  readonly fetch: Fetch;
  readonly signal?: AbortSignal | undefined;
  /** Told what has arrived, and how much there will be if that is known. */
  readonly onReceived: (receivedBytes: number, totalBytes: number | undefined) => void;
}

/** Largest file accepted where its size is not published. */
const MAX_BYTES = 2 ** 30;

/** A download that would come out wrong from the kept part on; a new one may not. */
class StaleStart extends Error {
  override readonly name = 'StaleStart';
}

/**
 * Downloads `url` to `file`, replacing it. The caller holds the lock of its folder.
 *
 * @throws Error saying what the server did wrong, the file system's error, or the reason of
 * `signal`. What arrived stays as `NAME.part`, unless it is known to be wrong.
 */
export async function downloadVerified(download: VerifiedDownload): Promise<void> {
  const part = new PartFile(download.file);
  const { bytes: limit = MAX_BYTES } = download.identity;
  const kept = await part.size();
  if (kept > limit) await part.remove();
  else if (kept > 0) {
    try {
      await receive(download, part, kept);
      return;
    } catch (error) {
      if (!(error instanceof StaleStart)) throw error;
      await part.remove();
    }
  }
  await receive(download, part, 0);
}

/** Fetches what follows the `kept` bytes of the part, checks the whole and gives it its name. */
async function receive(download: VerifiedDownload, part: PartFile, kept: number): Promise<void> {
  let check = new IdentityCheck(download.identity);
  let start = kept;
  if (kept > 0) await readInto(check, part.path);
  if (kept === 0 || kept !== download.identity.bytes) {
    const watchdog = new Watchdog(download, download.signal);
    try {
      const answer = await request(download, part, kept, watchdog);
      if (answer.status === 200 && kept > 0) {
        // The server has no ranges, or another version of the file than the kept part is of.
        check = new IdentityCheck(download.identity);
        start = 0;
      }
      await append(download, part, start, answer, check, watchdog);
    } finally {
      watchdog.end();
    }
  }
  const wrong = check.finish();
  if (wrong !== undefined) {
    await part.remove();
    throw start > 0 ? new StaleStart(wrong) : new Error(wrong);
  }
  await part.accept();
}

async function request(
  { url, fetch, identity }: VerifiedDownload,
  part: PartFile,
  kept: number,
  watchdog: Watchdog,
): Promise<FetchAnswer> {
  // A server that wraps the file in another layer of gzip would change its bytes.
  const headers: Record<string, string> = { 'accept-encoding': 'identity' };
  if (kept > 0) {
    headers['range'] = `bytes=${kept}-`;
    const etag = await part.etagOf(url);
    if (etag !== undefined) headers['if-range'] = etag;
  }
  const answer = await fetchFollowing(fetch, url, { headers, signal: watchdog.signal });
  const { status } = answer;
  if (status === 416 && kept > 0) throw new StaleStart('HTTP status 416');
  if ((status !== 200 && status !== 206) || answer.body === null) {
    throw new Error(`HTTP status ${status}`);
  }
  if (status === 206) checkRange(answer.headers.get('content-range'), kept, identity.bytes);
  const encoding = answer.headers.get('content-encoding') ?? 'identity';
  if (encoding !== 'identity') {
    throw new Error(`expected the file as it is; received it with Content-Encoding ${encoding}`);
  }
  return answer;
}

/** Refuses an answer that is not the rest of the file, before any of it is written. */
function checkRange(range: string | null, kept: number, bytes: number | undefined): void {
  const [, first, last, total] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(range ?? '') ?? [];
  const size = total === '*' ? undefined : Number(total);
  const isRest =
    Number(first) === kept &&
    (size === undefined || Number(last) === size - 1) &&
    (size === undefined || bytes === undefined || size === bytes);
  if (isRest) return;
  const message = `expected Content-Range bytes ${kept}-…/${bytes ?? '*'}; received ${range ?? 'none'}`;
  throw kept > 0 ? new StaleStart(message) : new Error(message);
}

/** Writes the body of the answer behind the first `start` bytes of the part. */
async function append(
  { identity, url, onReceived }: VerifiedDownload,
  part: PartFile,
  start: number,
  answer: FetchAnswer,
  check: IdentityCheck,
  watchdog: Watchdog,
): Promise<void> {
  const length = answer.headers.get('content-length');
  const announced = length === null ? undefined : start + Number(length);
  const { bytes: limit = MAX_BYTES } = identity;
  if (announced !== undefined && (identity.bytes ?? announced) !== announced) {
    throw new Error(`expected ${limit} bytes; the server announces ${announced}`);
  }
  const total = identity.bytes ?? announced;
  const etag = answer.headers.get('etag');
  const isStrong = etag?.startsWith('"') === true;
  const handle = await part.open(start, isStrong ? { url, etag } : undefined);
  try {
    const reader = answer.body!.getReader();
    onReceived(start, total);
    for (;;) {
      const { done, value: piece } = await reader.read();
      if (done || piece === undefined) break;
      if (check.bytes + piece.length > limit) {
        await part.remove();
        throw new Error(`expected ${limit} bytes; received more`);
      }
      watchdog.heard(piece.length, check.bytes + piece.length === total);
      check.update(piece);
      await handle.appendFile(piece);
      onReceived(check.bytes, total);
    }
  } finally {
    await handle.close();
  }
  if (total !== undefined && check.bytes < total) {
    throw new Error(`expected ${total} bytes; received ${check.bytes}`);
  }
}
