/**
 * A stream as bits, lowest first, as deflate has them. Reading does not wait: whoever reads makes sure
 * before, by `fill`, that enough is there. Beyond the end come zeros, which `isCut` tells.
 */
import { ChunkReader, type Chunks } from '../chunk-reader.ts';

/** Bytes that are held at a time. */
const BUFFER_BYTES = 2 ** 16;

/** Bytes that are there after `fill`, unless the stream ends: the longest head of a block has 600. */
const AHEAD_BYTES = 1024;

/** Bytes that hold the longest symbol, with its distance and all extra bits. */
const SYMBOL_BYTES = 8;

/** See the top of this file. */
export class BitInput {
  readonly #reader: ChunkReader;
  readonly #buffer = new Uint8Array(BUFFER_BYTES);
  #at = 0;
  #end = 0;
  #isEnded = false;
  #missing = 0;
  #bits = 0;
  #bitCount = 0;

  constructor(chunks: Chunks) {
    this.#reader = new ChunkReader(chunks);
  }

  /** Whether a symbol can be read without `fill`. */
  get isAhead(): boolean {
    return this.#isEnded || this.#end - this.#at >= SYMBOL_BYTES;
  }

  /** Whether more was read than there is. */
  get isCut(): boolean {
    // Bytes are taken ahead of the bits that are read.
    return 8 * this.#missing > this.#bitCount;
  }

  /** Whether all has been read. Tells the truth after `fill`. */
  get isAtEnd(): boolean {
    return this.#isEnded && this.#at === this.#end && this.#bitCount - 8 * this.#missing < 8;
  }

  /** Waits until enough is there for the head of a block, or the stream has ended. */
  async fill(): Promise<void> {
    if (this.#isEnded || this.#end - this.#at >= AHEAD_BYTES) return;
    this.#buffer.copyWithin(0, this.#at, this.#end);
    this.#end = await this.#reader.fill(this.#buffer, this.#end - this.#at);
    this.#at = 0;
    this.#isEnded = this.#end < BUFFER_BYTES;
  }

  /** The next `count` bits, at most 16, which stay. */
  peek(count: number): number {
    while (this.#bitCount < count) {
      if (this.#at < this.#end) this.#bits |= this.#buffer[this.#at++]! << this.#bitCount;
      else this.#missing += 1;
      this.#bitCount += 8;
    }
    return this.#bits & ((1 << count) - 1);
  }

  /** Passes over bits that were peeked at. */
  skip(count: number): void {
    this.#bits >>>= count;
    this.#bitCount -= count;
  }

  /** The next `count` bits, at most 16. */
  take(count: number): number {
    const bits = this.peek(count);
    this.skip(count);
    return bits;
  }

  /** Passes over what is left of a byte. */
  alignToByte(): void {
    this.skip(this.#bitCount & 7);
  }

  /** Tells the source that nothing more will be read. */
  close(): Promise<void> {
    return this.#reader.close();
  }
}
