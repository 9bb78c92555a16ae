/**
 * Tells whether a file is the one that was published: by its size, and by each of the hashes
 * that are known of it, read piece by piece so that its size does not matter.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import fs from 'node:fs/promises';
import type { FileIdentity } from '../../catalogue/dataset-entry.ts';

const ALGORITHMS = ['sha256', 'md5'] as const;

/** How a hash is called in messages. */
const ALGORITHM_NAMES = { sha256: 'SHA-256', md5: 'MD5' } as const;

/** Compares bytes that arrive in pieces with what is known of the whole. */
export class IdentityCheck {
  readonly #identity: FileIdentity;
  readonly #hashes;
  #bytes = 0;

  constructor(identity: FileIdentity) {
    this.#identity = identity;
    this.#hashes = ALGORITHMS.filter((name) => identity[name] !== undefined).map((name) => ({
      name,
      hash: createHash(name),
    }));
  }

  /** Number of bytes so far. */
  get bytes(): number {
    return this.#bytes;
  }

  update(piece: Uint8Array): void {
    this.#bytes += piece.length;
    for (const { hash } of this.#hashes) hash.update(piece);
  }

  /** Ends the check: the fault of the whole, in a few words, or `undefined`. */
  finish(): string | undefined {
    const { bytes = this.#bytes } = this.#identity;
    if (this.#bytes !== bytes) return `expected ${bytes} bytes; received ${this.#bytes}`;
    for (const { name, hash } of this.#hashes) {
      const [expected, received] = [this.#identity[name]!, hash.digest('hex')];
      if (received !== expected) {
        return `expected ${ALGORITHM_NAMES[name]} ${expected}; received ${received}`;
      }
    }
    return undefined;
  }
}

/** Feeds a file to a check. */
export async function readInto(check: IdentityCheck, file: string): Promise<void> {
  const stream = createReadStream(file, { highWaterMark: 2 ** 18 }) as AsyncIterable<Uint8Array>;
  for await (const piece of stream) check.update(piece);
}

/** The difference from the published file, in a few words; `undefined` if there is none. */
export async function identityMismatch(
  file: string,
  identity: FileIdentity,
): Promise<string | undefined> {
  const stat = await fs.stat(file);
  if (!stat.isFile()) return 'expected a file; received a folder or device';
  const { bytes = stat.size } = identity;
  if (stat.size !== bytes) return `expected ${bytes} bytes; received ${stat.size}`;
  const check = new IdentityCheck(identity);
  await readInto(check, file);
  return check.finish();
}

/** Whether the file is there and is the one published. */
export async function hasIdentity(file: string, identity: FileIdentity): Promise<boolean> {
  const stat = await fs.stat(file).catch(() => undefined);
  return stat?.isFile() === true && (await identityMismatch(file, identity)) === undefined;
}

/** SHA-256 of a file, as 64 hexadecimal digits. */
export async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(file) as AsyncIterable<Uint8Array>) hash.update(piece);
  return hash.digest('hex');
}
