/**
 * Downloads MNIST from the first mirror that delivers it. A mirror that fails once is not asked
 * again, and all mirrors together may keep silent for 10 seconds at most, so that a machine
 * without a network is not kept waiting.
 */
import fs from 'node:fs/promises';
import path from 'node:path';
import { DownloadError } from '../../errors.ts';
import { MNIST_FILE_NAMES, MNIST_PARTS, type MnistFiles, type MnistPart } from '../mnist-files.ts';
import type { Environment } from '../user-folder.ts';
import {
  downloadVerified,
  hasIdentity,
  type Fetch,
  type FileIdentity,
} from './verified-download.ts';

/** Where MNIST is published, the most dependable first. */
export const MNIST_MIRRORS: readonly string[] = [
  'https://ossci-datasets.s3.amazonaws.com/mnist/',
  'https://storage.googleapis.com/cvdf-datasets/mnist/',
  'http://yann.lecun.com/exdb/mnist/',
];

/** The gzipped files as published. */
export const MNIST_IDENTITIES: Readonly<Record<MnistPart, FileIdentity>> = {
  trainImages: {
    bytes: 9_912_422,
    sha256: '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609',
  },
  trainLabels: {
    bytes: 28_881,
    sha256: '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c',
  },
  testImages: {
    bytes: 1_648_877,
    sha256: '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6',
  },
  testLabels: {
    bytes: 4_542,
    sha256: 'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6',
  },
};

/** Longest silence of one mirror, and of all of them together, in milliseconds. */
const MAX_SILENCE_MS = 3000;
const MAX_TOTAL_SILENCE_MS = 10_000;

/** How far the download of one file is. */
export interface DownloadProgress {
  /** Name of the file. */
  readonly file: string;
  readonly mirror: string;
  readonly receivedBytes: number;
  readonly totalBytes: number;
}

/** Options of {@link downloadMnist}. */
export interface DownloadMnistOptions {
  /** Base addresses, asked in this order; by default the public mirrors. */
  readonly mirrors?: readonly string[];
  /** By default the platform's. */
  readonly fetch?: Fetch;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
  /** Longest silence of one mirror in milliseconds: by default 3000, less with many mirrors. */
  readonly silenceMs?: number;
  /** Read for `CONVNET_OFFLINE`; by default the process's. */
  readonly env?: Environment;
  /** What the files must be; by default the files of MNIST. */
  readonly identities?: Readonly<Record<MnistPart, FileIdentity>>;
}

/**
 * Sees to it that a folder holds the four gzipped files of MNIST, verified: those that are there
 * and right stay, the others are downloaded.
 *
 * @returns the paths of the files.
 * @throws DownloadError with what each mirror did, if no mirror delivers a file, the folder cannot
 * be written, or `CONVNET_OFFLINE=1` forbids the network.
 * @throws the reason of `signal` when it ends the download.
 */
export async function downloadMnist(
  folder: string,
  options: DownloadMnistOptions = {},
): Promise<MnistFiles> {
  const { identities = MNIST_IDENTITIES, env = process.env } = options;
  const files: Record<MnistPart, string> = { ...MNIST_FILE_NAMES };
  const missing: MnistPart[] = [];
  for (const part of MNIST_PARTS) {
    files[part] = path.join(folder, `${MNIST_FILE_NAMES[part]}.gz`);
    if (!(await hasIdentity(files[part], identities[part]))) missing.push(part);
  }
  if (missing.length === 0) return files;
  if (env['CONVNET_OFFLINE'] === '1') {
    const reason = 'CONVNET_OFFLINE=1 forbids the network';
    throw new DownloadError(`MNIST: ${reason}. Unset it to download.`, [reason]);
  }
  await fs.mkdir(folder, { recursive: true }).catch(refuseFolder(folder));
  await fs.access(folder, fs.constants.W_OK).catch(refuseFolder(folder));

  const mirrors = new MirrorList(options);
  for (const part of missing) {
    await mirrors.download(`${MNIST_FILE_NAMES[part]}.gz`, files[part], identities[part]);
  }
  return files;
}

function refuseFolder(folder: string): (error: unknown) => never {
  return (error) => {
    const reason = reasonOf(error);
    throw new DownloadError(
      `${folder}: expected a folder to download to; received ${reason}. Make it writable, or name another folder.`,
      [`${folder}: ${reason}`],
      { cause: error },
    );
  };
}

/** The mirrors, and what those did that failed. */
class MirrorList {
  readonly #options: DownloadMnistOptions;
  readonly #silenceMs: number;
  #alive: readonly string[];
  readonly #failures: string[] = [];
  readonly #reasons: string[] = [];

  constructor(options: DownloadMnistOptions) {
    this.#options = options;
    this.#alive = options.mirrors ?? MNIST_MIRRORS;
    this.#silenceMs =
      options.silenceMs ??
      Math.min(MAX_SILENCE_MS, MAX_TOTAL_SILENCE_MS / Math.max(1, this.#alive.length));
  }

  /** Downloads one file from the first mirror that delivers it. */
  async download(name: string, file: string, identity: FileIdentity): Promise<void> {
    const { fetch = globalThis.fetch, signal, onProgress } = this.#options;
    for (const mirror of this.#alive) {
      signal?.throwIfAborted();
      try {
        await downloadVerified({
          url: mirror.endsWith('/') ? `${mirror}${name}` : `${mirror}/${name}`,
          file,
          identity,
          fetch,
          silenceMs: this.#silenceMs,
          signal,
          onReceived: (receivedBytes) => {
            onProgress?.({ file: name, mirror, receivedBytes, totalBytes: identity.bytes });
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
      `MNIST could not be downloaded: ${this.#failures.join('; ') || 'no mirror was given'}. Check the network, or put the files into a folder and set CONVNET_DATA_DIR to it.`,
      this.#reasons,
    );
  }
}

/** What went wrong, in a few words; `fetch` hides that in the cause of its errors. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  return 'code' in cause ? String(cause.code) : cause.message;
}
