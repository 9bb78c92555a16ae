/**
 * Samples of a training, of which the next batch is read while helper threads still compute the one
 * before. Whoever reads gets what the source gives, and its errors, in the same order.
 */
import { Tensor, type DType, type FloatArray, type Shape } from '@convnet/tensor';
import type { ByteSamples, SampleSource } from './samples.ts';

/** A batch that was read and that nobody has asked for yet. */
interface Held {
  readonly indices: Uint32Array;
  readonly epoch: number | undefined;
}

/** See the top of this file. */
export class ReadAhead implements SampleSource {
  readonly sampleCount: number;
  readonly sampleShape: Shape;
  readonly bytes: ByteSamples | undefined;
  readonly #source: SampleSource;
  readonly #dtype: DType;
  #bytes = new Uint8Array();
  #floats: FloatArray = new Float32Array();
  #held: Held | undefined;

  /** @param dtype - of the batches. */
  constructor(source: SampleSource, dtype: DType) {
    this.#source = source;
    this.#dtype = dtype;
    this.sampleCount = source.sampleCount;
    this.sampleShape = source.sampleShape;
    const { bytes } = source;
    if (!bytes) return;
    this.bytes = {
      get valueOfByte() {
        return bytes.valueOfByte;
      },
      readBytes: (indices, into, epoch) => {
        if (this.#takes(indices, epoch)) into.set(this.#bytes);
        else bytes.readBytes(indices, into, epoch);
      },
    };
  }

  readSamples(indices: Uint32Array, into: FloatArray, epoch?: number): void {
    if (this.#takes(indices, epoch)) into.set(this.#floats);
    else this.#source.readSamples(indices, into, epoch);
  }

  /** Reads the samples `indices` before they are asked for. If that fails, it is tried again then. */
  readAhead(indices: Uint32Array, epoch?: number): void {
    this.#held = undefined;
    const length = this.sampleShape.reduce((product, size) => product * size, indices.length);
    const { bytes } = this.#source;
    try {
      if (bytes) {
        if (this.#bytes.length !== length) this.#bytes = new Uint8Array(length);
        bytes.readBytes(indices, this.#bytes, epoch);
      } else {
        if (this.#floats.length !== length) this.#floats = Tensor.zeros([length], this.#dtype).data;
        this.#source.readSamples(indices, this.#floats, epoch);
      }
    } catch {
      return; // The batch that is computed now must end first; the next one meets the error.
    }
    this.#held = { indices, epoch };
  }

  /** Whether these are the samples that were read; then they are given away. */
  #takes(indices: Uint32Array, epoch: number | undefined): boolean {
    const held = this.#held;
    const isHeld =
      held?.epoch === epoch &&
      held?.indices.buffer === indices.buffer &&
      held.indices.byteOffset === indices.byteOffset &&
      held.indices.length === indices.length;
    if (isHeld) this.#held = undefined;
    return isHeld;
  }
}
