/**
 * The part of a file that has arrived so far: `NAME.part`, kept when a download breaks off so that the next
 * one fetches only the rest. Beside it `NAME.part.json` says which address it came from and what
 * its server calls that version of the file (its ETag), so that two versions are never joined.
 */
import fs from 'node:fs/promises';
import path from 'node:path';
import { syncFile, syncFolder } from '@convnet/tensor/node';

/** Where a part came from. */
export interface PartOrigin {
  readonly url: string;
  /** Strong ETag of the server. */
  readonly etag: string;
}

/** The part of one file; its user holds the lock of the folder. */
export class PartFile {
  readonly path: string;
  readonly #file: string;
  readonly #originPath: string;

  constructor(file: string) {
    this.#file = file;
    this.path = `${file}.part`;
    this.#originPath = `${file}.part.json`;
  }

  /** Number of bytes that are there. */
  async size(): Promise<number> {
    const stat = await fs.stat(this.path).catch(() => undefined);
    return stat?.isFile() === true ? stat.size : 0;
  }

  /** The server's name of the version that the part is of, if it came from this address. */
  async etagOf(url: string): Promise<string | undefined> {
    const text = await fs.readFile(this.#originPath, 'utf8').catch(() => '');
    try {
      const origin = JSON.parse(text) as Partial<PartOrigin> | null;
      return origin?.url === url && typeof origin.etag === 'string' ? origin.etag : undefined;
    } catch {
      return undefined;
    }
  }

  /** Opens the part for appending to its first `kept` bytes; with 0 a new one. */
  async open(kept: number, origin: PartOrigin | undefined): Promise<fs.FileHandle> {
    if (origin) await fs.writeFile(this.#originPath, JSON.stringify(origin));
    else if (kept === 0) await fs.rm(this.#originPath, { force: true });
    return fs.open(this.path, kept === 0 ? 'w' : 'a');
  }

  /** Gives the whole and right file its name, safe from a power failure. */
  async accept(): Promise<void> {
    await syncFile(this.path);
    await fs.rename(this.path, this.#file);
    await fs.rm(this.#originPath, { force: true });
    await syncFolder(path.dirname(this.#file));
  }

  async remove(): Promise<void> {
    await fs.rm(this.path, { force: true });
    await fs.rm(this.#originPath, { force: true });
  }
}
