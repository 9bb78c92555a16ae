/**
 * The memory that WebAssembly kernels work on. It is shared, because growing a shared memory
 * leaves views of it valid, and because threads can then work on it. Nothing in it is ever freed: a
 * network makes its tensors once and keeps them, and its memory goes when it does.
 *
 * Garbage collectors do not count such memory, and would leave that of dropped networks until the
 * machine has none left. So they are made to look, once in so many bytes.
 */
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

/** Hands out one memory from its beginning on. */
export class WasmMemory {
  readonly memory = new WebAssembly.Memory({ initial: 1, maximum: MOST_PAGES, shared: true });
  readonly #buffers = new WeakSet<ArrayBufferLike>();
  #end = ALIGNMENT; // 0 stays free, so that no tensor has it for an address

  /** Address of `bytes` zero bytes. */
  take(bytes: number): number {
    const address = this.#end;
    this.#end = Math.ceil((address + bytes) / ALIGNMENT) * ALIGNMENT;
    const missing = this.#end - this.memory.buffer.byteLength;
    if (missing > 0) {
      countGrowth(missing);
      this.memory.grow(Math.ceil(missing / PAGE));
    }
    return address;
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
