/**
 * The memory that WebAssembly kernels work on, and the allocator in it: what is given back is handed
 * out again, the first block that is large enough. It is shared, because growing a shared memory
 * leaves views of it valid, and because threads can then work on it. It never shrinks; a network has
 * one of its own, which goes when the network does.
 *
 * Garbage collectors do not count such memory, and would leave that of dropped networks until the
 * machine has none left. So they are made to look, once in so many bytes.
 */
import { ShapeError } from '../../errors.ts';
import { MOST_PAGES } from '../emit/module.ts';

const PAGE = 65_536;
/** Tensors begin at multiples of this, so that they share no cache line. */
const ALIGNMENT = 64;
/** Bytes by which all memories of a process grow between two collections. */
const COLLECT_AFTER = 64 * 2 ** 20;
/** Bytes that no machine has. */
const MORE_THAN_THERE_IS = 2 ** 52;

/** Bytes by which memories grew since the last collection. */
let grown = 0;

/** To be called for all that grows. A collection takes some 20 ms, more where much lives. */
function countGrowth(bytes: number): void {
  grown += bytes;
  if (grown < COLLECT_AFTER) return;
  grown = 0;
  try {
    // Engines collect garbage at once before they refuse a buffer.
    new ArrayBuffer(MORE_THAN_THERE_IS);
  } catch {
    // As expected.
  }
}

/** A stretch of memory; all of them together are what was ever handed out. */
interface Block {
  readonly address: number;
  bytes: number;
  /** Programs that touch it. */
  holders: number;
  /** It was given back, and is free as soon as nobody holds it. */
  isReleased: boolean;
}

const isFree = ({ holders, isReleased }: Block): boolean => isReleased && holders === 0;
const endOf = ({ address, bytes }: Block): number => address + bytes;

const mebibytes = (bytes: number): number => Math.ceil(bytes / 2 ** 20);

function tooLarge(bytes: number, present: number, cause: unknown): ShapeError {
  const limit = mebibytes(MOST_PAGES * PAGE);
  return new ShapeError(
    `kernels: expected tensors that fit into ${limit} MiB of memory, or what the system has of it; received one of ${mebibytes(bytes)} MiB beside ${mebibytes(present)} MiB. Use a smaller batchSize, or smaller images.`,
    { cause },
  );
}

/** See the top of this file. */
export class WasmMemory {
  readonly memory = new WebAssembly.Memory({ initial: 1, maximum: MOST_PAGES, shared: true });
  readonly #buffers = new WeakSet<ArrayBufferLike>();
  /** By address, without gaps. */
  readonly #blocks: Block[] = [];
  /** All from here on is still zero. */
  #untouched = 0;

  /** Address of `bytes` zero bytes. */
  take(bytes: number): number {
    const size = Math.max(1, Math.ceil(bytes / ALIGNMENT)) * ALIGNMENT;
    const blocks = this.#blocks;
    const found = blocks.findIndex((block) => isFree(block) && block.bytes >= size);
    const at = found >= 0 ? found : this.#extend(size);
    const free = blocks[at]!;
    const { address } = free;
    const rest = { ...free, address: address + size, bytes: free.bytes - size };
    const taken = { address, bytes: size, holders: 0, isReleased: false };
    blocks.splice(at, 1, taken, ...(rest.bytes > 0 ? [rest] : []));
    const used = Math.min(size, this.#untouched - address);
    if (used > 0) new Uint8Array(this.memory.buffer, address, used).fill(0);
    this.#untouched = Math.max(this.#untouched, address + size);
    return address;
  }

  /** Takes back what begins at `address`. It is handed out again when nobody holds it. */
  release(address: number): void {
    const at = this.#blockAt(address);
    const block = this.#blocks[at];
    if (block?.address !== address) return;
    block.isReleased = true;
    this.#merge(at);
  }

  /** Takes back all but what begins at `kept`, whoever holds it. */
  releaseAllBut(kept: number): void {
    for (const block of this.#blocks) {
      if (block.address === kept) continue;
      block.isReleased = true;
      block.holders = 0;
    }
    for (let at = this.#blocks.length - 1; at >= 0; at--) this.#merge(at);
  }

  /** Where the block begins that `address` lies in. */
  blockOf(address: number): number {
    return this.#blocks[this.#blockAt(address)]!.address;
  }

  /** Keeps a block from being handed out, even if it is released. */
  hold(address: number): void {
    this.#blocks[this.#blockAt(address)]!.holders += 1;
  }

  /** Undoes one {@link hold}. */
  letGo(address: number): void {
    const at = this.#blockAt(address);
    this.#blocks[at]!.holders -= 1;
    this.#merge(at);
  }

  /** Index of the last block that begins at `address` or before. */
  #blockAt(address: number): number {
    let [low, high] = [0, this.#blocks.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.#blocks[middle]!.address <= address) low = middle;
      else high = middle;
    }
    return low;
  }

  /** Makes one block of a free one and of those beside it that are free, too. */
  #merge(at: number): void {
    const blocks = this.#blocks;
    for (const first of [at, at - 1]) {
      const [block, next] = [blocks[first], blocks[first + 1]];
      if (!block || !next || !isFree(block) || !isFree(next)) continue;
      block.bytes += next.bytes;
      blocks.splice(first + 1, 1);
    }
  }

  /**
   * Makes room at the end for a block of `bytes`, and returns its index.
   * @throws ShapeError if there is none; all is then as it was.
   */
  #extend(bytes: number): number {
    const blocks = this.#blocks;
    const last = blocks.at(-1);
    // 0 stays free, so that no tensor has it for an address.
    const address = !last ? ALIGNMENT : isFree(last) ? last.address : endOf(last);
    const missing = address + bytes - this.memory.buffer.byteLength;
    if (missing > 0) {
      countGrowth(missing);
      try {
        this.memory.grow(Math.ceil(missing / PAGE));
      } catch (error) {
        throw tooLarge(bytes, this.memory.buffer.byteLength, error);
      }
    }
    if (last && isFree(last)) last.bytes = bytes;
    else blocks.push({ address, bytes, holders: 0, isReleased: true });
    return blocks.length - 1;
  }

  /** `length` zeros. */
  floats(length: number): Float32Array {
    const address = this.take(length * Float32Array.BYTES_PER_ELEMENT);
    return this.#known(new Float32Array(this.memory.buffer, address, length));
  }

  /** `length` zeros. */
  integers(length: number): Int32Array {
    const address = this.take(length * Int32Array.BYTES_PER_ELEMENT);
    return this.#known(new Int32Array(this.memory.buffer, address, length));
  }

  /** `length` zeros. */
  bytes(length: number): Uint8Array {
    const address = this.take(length);
    return this.#known(new Uint8Array(this.memory.buffer, address, length));
  }

  /** Whether the array lies in this memory. */
  holds({ buffer }: { readonly buffer: ArrayBufferLike }): boolean {
    return this.#buffers.has(buffer);
  }

  /** A memory that grows goes by a new buffer; arrays made before keep the old one. */
  #known<A extends { readonly buffer: ArrayBufferLike }>(array: A): A {
    this.#buffers.add(array.buffer);
    return array;
  }
}
