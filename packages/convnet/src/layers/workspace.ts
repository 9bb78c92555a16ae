/**
 * Memory that a layer keeps from batch to batch, so that training allocates nothing once the
 * largest batch has been seen. Smaller batches use the beginning of each buffer. A buffer that must
 * grow grows by half at least, so that batches of ever new sizes make new ones seldom, and gives
 * back the one that it outgrew.
 */
import {
  sizeOf,
  Tensor,
  type DType,
  type InferenceKernels,
  type Shape,
} from '@convnet/tensor/inference';

/** The size of a buffer for `needed`, in place of one for `room`. */
const grown = (needed: number, room: number): number => Math.max(needed, Math.ceil(1.5 * room));

/** Named buffers of one layer. Their contents are whatever was last written there. */
export class Workspace {
  readonly #kernels: InferenceKernels;
  readonly #dtype: DType;
  readonly #tensors = new Map<string, { whole: Tensor; part: Tensor }>();
  readonly #indices = new Map<string, Int32Array>();
  readonly #bytes = new Map<string, Uint8Array>();

  constructor(kernels: InferenceKernels, dtype: DType) {
    this.#kernels = kernels;
    this.#dtype = dtype;
  }

  /** The tensor `key` for a batch of `samples`, each of shape `sample`. */
  tensor(key: string, samples: number, sample: Shape): Tensor {
    const kept = this.#tensors.get(key);
    if (kept?.part.shape[0] === samples) return kept.part;
    const room = kept?.whole.shape[0] ?? 0;
    const whole = kept && room >= samples ? kept.whole : this.#grownTensor(key, samples, sample);
    const part = whole.rows(0, samples);
    this.#tensors.set(key, { whole, part });
    return part;
  }

  #grownTensor(key: string, samples: number, sample: Shape): Tensor {
    const outgrown = this.#tensors.get(key)?.whole;
    if (outgrown) this.#kernels.release([outgrown]);
    this.#tensors.delete(key);
    const size = grown(samples, outgrown?.shape[0] ?? 0);
    return this.#kernels.createTensor([size, ...sample], this.#dtype);
  }

  /** `count` tensors `[length]` under `key`, one after the other in memory. */
  rows(key: string, count: number, length: number): Tensor[] {
    const whole = this.tensor(key, count, [length]);
    return Array.from({ length: count }, (_, i) => whole.rows(i, 1).reshape([length]));
  }

  /** Bytes under `key`: `samples` times as many as a `sample` has elements. */
  bytes(key: string, samples: number, sample: Shape): Uint8Array {
    const length = samples * sizeOf(sample);
    const room = this.#room(this.#bytes, key, length, (size) => this.#kernels.createBytes(size));
    return room.subarray(0, length);
  }

  /** Whole numbers under `key`: `samples` times as many as a `sample` has elements. */
  indices(key: string, samples: number, sample: Shape): Int32Array {
    const length = samples * sizeOf(sample);
    const room = this.#room(this.#indices, key, length, (size) =>
      this.#kernels.createIndices(size),
    );
    return room.subarray(0, length);
  }

  /** An array under `key` of at least `length` elements. */
  #room<A extends Int32Array | Uint8Array>(
    arrays: Map<string, A>,
    key: string,
    length: number,
    make: (size: number) => A,
  ): A {
    const kept = arrays.get(key);
    if (kept && kept.length >= length) return kept;
    if (kept) this.#kernels.release([kept]);
    arrays.delete(key);
    const made = make(grown(length, kept?.length ?? 0));
    arrays.set(key, made);
    return made;
  }
}
