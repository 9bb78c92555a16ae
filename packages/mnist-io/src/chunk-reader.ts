/**
 * Reads a stream that comes in pieces of any size as if it were one row of bytes. Never holds more
 * than the piece that came last and what was asked for.
 */

/** Bytes that come in pieces, such as a file's or a response's. */
export type Chunks = AsyncIterable<Uint8Array>;

/** A web stream as async iterable; not every browser can iterate over one. */
export async function* chunksOf(
  stream: ReadableStream<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    // Harmless after the end; a source that fails while it stops is expected.
    await reader.cancel().catch(() => undefined);
  }
}

/** While it is unknown how much will come, memory is taken in steps that at most double. */
const FIRST_STEP_BYTES = 2 ** 20;

/** Reader of a stream; its creator closes it. */
export class ChunkReader {
  readonly #iterator: AsyncIterator<Uint8Array>;
  #piece: Uint8Array = new Uint8Array(0);
  #position = 0;

  constructor(chunks: Chunks) {
    this.#iterator = chunks[Symbol.asyncIterator]();
  }

  /** Unread bytes of the current piece, of the next one if there are none, or `undefined`. */
  async #unread(): Promise<Uint8Array | undefined> {
    while (this.#position === this.#piece.length) {
      const next = await this.#iterator.next();
      if (next.done === true) return undefined;
      this.#piece = next.value;
      this.#position = 0;
    }
    return this.#piece.subarray(this.#position);
  }

  /** Fills `target` from its position `start` on; the position after the last byte that came. */
  async fill(target: Uint8Array, start = 0): Promise<number> {
    let end = start;
    while (end < target.length) {
      const unread = await this.#unread();
      if (unread === undefined) break;
      const taken = unread.subarray(0, target.length - end);
      target.set(taken, end);
      end += taken.length;
      this.#position += taken.length;
    }
    return end;
  }

  /**
   * The next `length` bytes, or fewer if the stream ends before.
   * @param canExpect - whether this many bytes can come at all; if not, memory grows as they come.
   */
  async read(length: number, canExpect = false): Promise<Uint8Array<ArrayBuffer>> {
    let bytes = new Uint8Array(canExpect ? length : Math.min(length, FIRST_STEP_BYTES));
    let end = await this.fill(bytes);
    while (end === bytes.length && end < length) {
      const larger = new Uint8Array(Math.min(length, 2 * bytes.length));
      larger.set(bytes);
      bytes = larger;
      end = await this.fill(bytes, end);
    }
    return end === bytes.length ? bytes : bytes.slice(0, end);
  }

  /** Reads on, keeping nothing; the number of bytes, which stops soon after `most`. */
  async discard(most: number): Promise<number> {
    let count = 0;
    while (count <= most) {
      const unread = await this.#unread();
      if (unread === undefined) break;
      count += unread.length;
      this.#position += unread.length;
    }
    return count;
  }

  /** The rest, in pieces. */
  async *rest(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for (;;) {
        const unread = await this.#unread();
        if (unread === undefined) return;
        this.#position += unread.length;
        yield unread;
      }
    } finally {
      await this.close();
    }
  }

  /** Tells the source that nothing more will be read. */
  async close(): Promise<void> {
    await this.#iterator.return?.();
  }
}
