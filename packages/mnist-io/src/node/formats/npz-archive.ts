/** Zip archives as NumPy's `.npz`: entries are read within limits, and written the same each time. */
import {
  configure,
  Uint8ArrayReader,
  ZipReader,
  ZipWriter,
} from '@zip.js/zip.js/lib/zip-core-custom.js';
import { DatasetError } from '../../errors.ts';
import { MAX_PIXELS_IN_MEMORY } from './labelled-images.ts';

// Threads of its own would have to be found beside this file, wherever it was bundled to.
configure({ useWebWorkers: false });

/** Longest header of a `.npy` file, and some more. */
const HEADER_ROOM = 2 ** 16;

/** Largest entry. */
const MAX_ENTRY_BYTES = MAX_PIXELS_IN_MEMORY + HEADER_ROOM;

/** Most entries of an archive; data sets have half a dozen. */
const MAX_ENTRIES = 1000;

/**
 * The entries of a zip archive that are wanted.
 * @throws DatasetError if it is not one, is broken, or unpacks to more than it says or is allowed;
 * the signal's reason.
 */
export async function readArchive(
  bytes: Uint8Array,
  source: string,
  isWanted: (name: string) => boolean,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const reader = new ZipReader(new Uint8ArrayReader(bytes), { checkSignature: true });
  const contents = new Map<string, Uint8Array>();
  try {
    let count = 0;
    for await (const entry of reader.getEntriesGenerator()) {
      count += 1;
      if (count > MAX_ENTRIES) throw new Error(`it has more than ${MAX_ENTRIES} entries`);
      const { filename, uncompressedSize } = entry;
      if (entry.directory || !isWanted(filename)) continue;
      if (uncompressedSize > MAX_ENTRY_BYTES) {
        throw new Error(`${filename} unpacks to ${uncompressedSize} bytes`);
      }
      if (contents.has(filename)) throw new Error(`${filename} is there twice`);
      const content = new LimitedContent(filename, uncompressedSize);
      await entry.getData(content.stream(), signal && { signal });
      contents.set(filename, content.bytes());
    }
    return contents;
  } catch (error) {
    signal?.throwIfAborted();
    throw new DatasetError(
      `${source}: expected a NumPy archive (.npz) with arrays of at most ${MAX_PIXELS_IN_MEMORY} bytes; ${(error as Error).message}. Check the file.`,
      { cause: error },
    );
  } finally {
    await reader.close();
  }
}

/** Takes the bytes of one entry, as they come, and no more than it says to have. */
class LimitedContent {
  readonly #name: string;
  readonly #size: number;
  readonly #pieces: Uint8Array[] = [];
  #length = 0;

  constructor(name: string, size: number) {
    this.#name = name;
    this.#size = size;
  }

  stream(): WritableStream<Uint8Array> {
    return new WritableStream({
      write: (piece: Uint8Array) => {
        this.#length += piece.length;
        if (this.#length > this.#size) {
          throw new Error(`${this.#name} unpacks to more than the ${this.#size} bytes it says`);
        }
        this.#pieces.push(piece.slice());
      },
    });
  }

  bytes(): Uint8Array {
    if (this.#length !== this.#size) {
      throw new Error(`${this.#name} unpacks to ${this.#length} bytes and says ${this.#size}`);
    }
    const bytes = new Uint8Array(this.#size);
    let end = 0;
    for (let piece = this.#pieces.shift(); piece; piece = this.#pieces.shift()) {
      bytes.set(piece, end);
      end += piece.length;
    }
    return bytes;
  }
}

/** Writes an archive; the same entries give the same bytes, on any day. */
export async function writeArchive(
  output: WritableStream<Uint8Array>,
  entries: Iterable<readonly [name: string, bytes: Uint8Array]>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const writer = new ZipWriter(output, {
    // What NumPy writes: the first moment that zip has.
    lastModDate: new Date(1980, 0, 1),
    extendedTimestamp: false,
  });
  for (const [name, bytes] of entries) {
    await writer.add(name, new Uint8ArrayReader(bytes), signal && { signal });
  }
  await writer.close();
}
