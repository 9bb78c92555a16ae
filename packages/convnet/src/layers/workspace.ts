/**
 * Memory that a layer keeps from batch to batch, so that training allocates nothing once the
 * largest batch has been seen. Smaller batches use the beginning of each buffer.
 */
import { sizeOf, Tensor, type DType, type InferenceKernels, type Shape } from '@convnet/tensor';

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
    const fits = kept && kept.whole.shape[0]! >= samples;
    const whole = fits ? kept.whole : this.#kernels.createTensor([samples, ...sample], this.#dtype);
    const part = whole.rows(0, samples);
    this.#tensors.set(key, { whole, part });
    return part;
  }

  /** Bytes under `key`: `samples` times as many as a `sample` has elements. */
  bytes(key: string, samples: number, sample: Shape): Uint8Array {
    const length = samples * sizeOf(sample);
    const kept = this.#bytes.get(key);
    if (kept && kept.length >= length) return kept.subarray(0, length);
    const made = this.#kernels.createBytes(length);
    this.#bytes.set(key, made);
    return made;
  }

  /** Whole numbers under `key`: `samples` times as many as a `sample` has elements. */
  indices(key: string, samples: number, sample: Shape): Int32Array {
    const length = samples * sizeOf(sample);
    const kept = this.#indices.get(key);
    if (kept && kept.length >= length)
      return kept.length === length ? kept : kept.subarray(0, length);
    const made = this.#kernels.createIndices(length);
    this.#indices.set(key, made);
    return made;
  }
}
