/**
 * Where to download from, in turn. A mirror that fails once is not asked again, and what each one
 * did is kept for the message that ends a download in vain.
 */
import path from 'node:path';
import { objectOption } from '@convnet/tensor';
import type { Environment } from '@convnet/tensor/node';
import type { DatasetEntry, PublishedFile } from '../../catalogue/dataset-entry.ts';
import { DownloadError } from '../../errors.ts';
import { checkEntry } from '../dataset-checks.ts';
import type { Fetch } from './fetch.ts';
import { downloadVerified } from './verified-download.ts';
import type { Patience } from './watchdog.ts';

/** Longest silence of one mirror, and of all of them together, in milliseconds. */
const MAX_SILENCE_MS = 3000;
const MAX_TOTAL_SILENCE_MS = 10_000;

/** How far the download of one file is. */
export interface DownloadProgress {
  /** Name of the file. */
  readonly file: string;
  /** Base address of the mirror. */
  readonly mirror: string;
  /** Bytes that are there, those of an earlier download included. */
  readonly receivedBytes: number;
  /** Size of the file; `undefined` if neither catalogue nor server tell. */
  readonly totalBytes: number | undefined;
}

/** How to reach mirrors. */
export interface MirrorOptions {
  /** Base addresses, asked in this order; by default `CONVNET_MIRROR` or the public mirrors. */
  readonly mirrors?: readonly string[] | undefined;
  /** By default the platform's. */
  readonly fetch?: Fetch | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
  /** Longest wait for a first answer, in milliseconds: by default 3000, less with many mirrors. */
  readonly connectMs?: number | undefined;
  /** Longest silence of a mirror that has answered, in milliseconds; by default as `connectMs`. */
  readonly silenceMs?: number | undefined;
  /** Read for `CONVNET_MIRROR`; by default the process's. */
  readonly env?: Environment | undefined;
}

/**
 * The base addresses to download a data set from: `CONVNET_MIRROR` alone if it is set, so that
 * who names a mirror knows where data comes from, else the public ones.
 *
 * @throws DownloadError if `CONVNET_MIRROR` is no HTTP address.
 */
export function mirrorsOf(entry: DatasetEntry, env: Environment = process.env): readonly string[] {
  checkEntry(entry, 'mirrorsOf entry');
  objectOption(env, 'mirrorsOf env');
  const own = env['CONVNET_MIRROR'];
  if (own === undefined || own === '') return entry.mirrors;
  if (!URL.canParse(own) || !/^https?:$/.test(new URL(own).protocol)) {
    const reason = `CONVNET_MIRROR is "${own}"`;
    throw new DownloadError(
      `CONVNET_MIRROR: expected an address that begins with http:// or https://; received "${own}". Correct it, or unset it to use the public mirrors.`,
      [reason],
    );
  }
  return [`${own.replace(/(?<!\/)\/+$/, '')}/${entry.folder}/`];
}

/** The mirrors of one data set, and what those did that failed. */
export class MirrorList {
  readonly #title: string;
  readonly #options: MirrorOptions;
  readonly #patience: Patience;
  #alive: readonly string[];
  readonly #failures: string[] = [];
  readonly #reasons: string[] = [];

  constructor(entry: DatasetEntry, options: MirrorOptions) {
    this.#title = entry.title;
    this.#options = options;
    this.#alive = (options.mirrors ?? mirrorsOf(entry, options.env)).map((mirror) =>
      mirror.endsWith('/') ? mirror : `${mirror}/`,
    );
    const share = Math.min(MAX_SILENCE_MS, MAX_TOTAL_SILENCE_MS / Math.max(1, this.#alive.length));
    const { connectMs = share, silenceMs = connectMs } = options;
    this.#patience = { connectMs, silenceMs };
  }

  /**
   * Downloads one file into a folder, from the first mirror that delivers it.
   * @throws DownloadError with what each mirror did, or the reason of the signal.
   */
  async download(published: PublishedFile, folder: string): Promise<void> {
    const { fetch = globalThis.fetch, signal, onProgress } = this.#options;
    const { name } = published;
    for (const mirror of this.#alive) {
      signal?.throwIfAborted();
      try {
        await downloadVerified({
          url: `${mirror}${name}`,
          file: path.join(folder, name),
          identity: published,
          fetch,
          ...this.#patience,
          signal,
          onReceived: (receivedBytes, totalBytes) => {
            onProgress?.({ file: name, mirror, receivedBytes, totalBytes });
          },
        });
        return;
      } catch (error) {
        signal?.throwIfAborted();
        this.#failures.push(`${mirror}: ${name}: ${reasonOf(error)}`);
        this.#reasons.push(`${new URL(mirror).host}: ${reasonOf(error)}`);
        this.#alive = this.#alive.filter((other) => other !== mirror);
      }
    }
    throw new DownloadError(
      `${this.#title} could not be downloaded: ${this.#failures.join('; ') || 'no mirror was given'}. Check the network, or put the files into a folder and set CONVNET_DATA_DIR to it.`,
      this.#reasons,
    );
  }
}

/** The cause of a failure, in a few words; `fetch` hides it in the cause of its errors. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  return 'code' in cause ? String(cause.code) : cause.message;
}
