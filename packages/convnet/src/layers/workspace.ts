/**
 * Memory that a layer keeps from batch to batch, so that training allocates nothing once the
 * largest batch has been seen. Smaller batches use the beginning of each buffer. A buffer that must
 * grow grows by half at least: kernels do not give memory back, and with batches of ever new sizes
 * all buffers that were outgrown are together no more than twice the last one.
 */
import { sizeOf, Tensor, type DType, type InferenceKernels, type Shape } from '@convnet/tensor';

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
    const whole =
      kept && room >= samples
        ? kept.whole
        : this.#kernels.createTensor([grown(samples, room), ...sample], this.#dtype);
    const part = whole.rows(0, samples);
    this.#tensors.set(key, { whole, part });
    return part;
  }

  /** `count` tensors `[length]` under `key`, one after the other in memory. */
  rows(key: string, count: number, length: number): Tensor[] {
    const whole = this.tensor(key, count, [length]);
    return Array.from({ length: count }, (_, i) => whole.rows(i, 1).reshape([length]));
  }

  /** Bytes under `key`: `samples` times as many as a `sample` has elements. */
  bytes(key: string, samples: number, sample: Shape): Uint8Array {
    const length = samples * sizeOf(sample);
    const kept = this.#bytes.get(key);
    if (kept && kept.length >= length) return kept.subarray(0, length);
    const made = this.#kernels.createBytes(grown(length, kept?.length ?? 0));
    this.#bytes.set(key, made);
    return made.subarray(0, length);
  }

  /** Whole numbers under `key`: `samples` times as many as a `sample` has elements. */
  indices(key: string, samples: number, sample: Shape): Int32Array {
    const length = samples * sizeOf(sample);
    const kept = this.#indices.get(key);
    if (kept && kept.length >= length) return kept.subarray(0, length);
    const made = this.#kernels.createIndices(grown(length, kept?.length ?? 0));
    this.#indices.set(key, made);
    return made.subarray(0, length);
  }
}
