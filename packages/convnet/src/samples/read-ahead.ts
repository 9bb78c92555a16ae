/**
 * Samples that are read before they are computed: a batch while helper threads compute the one before, or
 * while a disk or a network is at work. Whoever reads gets what the source gives, and its errors, in
 * the same order.
 */
import { Tensor, type DType, type FloatArray, type Shape } from '@convnet/tensor/inference';
import { LARGEST_PIECE } from './pieces.ts';
import { isLater, type ByteSamples, type Reading, type SampleSource } from './samples.ts';
import { unlessAborted } from './unless-aborted.ts';

/** Samples that were read, or are being read. */
interface Batch {
  readonly indices: Uint32Array;
  readonly epoch: number | undefined;
  readonly values: Uint8Array | FloatArray;
  /** While they are being read. */
  arrival: Promise<void> | undefined;
}

/** See the top of this file. */
export class ReadAhead implements SampleSource {
  readonly sampleCount: number;
  readonly sampleShape: Shape;
  readonly bytes: ByteSamples | undefined;
  readonly #source: SampleSource;
  readonly #dtype: DType;
  readonly #signal: AbortSignal | undefined;
  readonly #end = new AbortController();
  /** What was read last, and before that. */
  #batches: readonly Batch[] = [];
  /** Whether the source returns promises; unknown until it was asked. */
  #isLater: boolean | undefined;

  /**
   * @param dtype - of the network.
   * @param signal - ends waiting for samples.
   */
  constructor(source: SampleSource, dtype: DType, signal?: AbortSignal) {
    this.#source = source;
    this.#dtype = dtype;
    this.#signal = signal;
    this.sampleCount = source.sampleCount;
    this.sampleShape = source.sampleShape;
    const { bytes } = source;
    if (!bytes) return;
    this.bytes = {
      get valueOfByte() {
        return bytes.valueOfByte;
      },
      readBytes: (indices, into, epoch) => {
        const values = this.#valuesOf(indices, epoch);
        if (!values) return bytes.readBytes(indices, into, epoch);
        into.set(values);
        return undefined;
      },
    };
  }

  readSamples(indices: Uint32Array, into: FloatArray, epoch?: number): Reading {
    const values = this.#valuesOf(indices, epoch);
    if (!values) return this.#source.readSamples(indices, into, epoch);
    const table = this.bytes?.valueOfByte;
    if (!table) into.set(values);
    else
      for (const [i, byte] of values.entries()) into[i] = table[((256 * i) % table.length) + byte]!;
    return undefined;
  }

  /**
   * What is to be waited for before the samples `indices` are computed; undefined if they are read at
   * once. With them, those that follow begin to be read.
   * @throws what the source throws. The promise is rejected so, too, or with the reason of the signal.
   */
  arrivalOf(
    indices: Uint32Array,
    following: Uint32Array | undefined,
    epoch?: number,
  ): Promise<void> | undefined {
    this.#isLater ??= this.#read(indices.subarray(0, LARGEST_PIECE), epoch).arrival !== undefined;
    if (!this.#isLater) return undefined;
    const kept = this.#batches.find(
      (batch) => batch.epoch === epoch && isSame(batch.indices, indices),
    );
    return this.#waitFor(kept ?? this.#read(indices, epoch), following);
  }

  /**
   * Reads samples before they are asked for; those that come later, {@link ReadAhead.arrivalOf} has begun to
   * read. If it fails, it is tried again when they are asked for.
   */
  readAhead(indices: Uint32Array, epoch?: number): void {
    if (this.#isLater) return;
    try {
      this.#read(indices, epoch);
    } catch {
      // The batch that is computed now must end first.
    }
  }

  /** Nobody reads any more. */
  end(): void {
    this.#end.abort();
    this.#batches = [];
  }

  async #waitFor(batch: Batch, following: Uint32Array | undefined): Promise<void> {
    await unlessAborted(batch.arrival!, this.#signal);
    batch.arrival = undefined;
    if (following) this.#read(following, batch.epoch);
  }

  #read(indices: Uint32Array, epoch: number | undefined): Batch {
    const { bytes } = this.#source;
    const { signal } = this.#end;
    const length = this.sampleShape.reduce((product, size) => product * size, indices.length);
    const [last, spare] = this.#batches;
    const reused = spare?.values.length === length && !spare.arrival ? spare.values : undefined;
    let values: Uint8Array | FloatArray;
    let reading: Reading;
    if (bytes) {
      const room = (reused as Uint8Array | undefined) ?? new Uint8Array(length);
      reading = bytes.readBytes(indices, room, epoch, signal);
      values = room;
    } else {
      const room = (reused as FloatArray | undefined) ?? Tensor.zeros([length], this.#dtype).data;
      reading = this.#source.readSamples(indices, room, epoch, signal);
      values = room;
    }
    const arrival = isLater(reading) ? reading : undefined;
    arrival?.catch(() => undefined); // Whoever waits for it hears of it.
    const batch = { indices, epoch, values, arrival };
    this.#batches = last ? [batch, last] : [batch];
    return batch;
  }

  /** Samples that have been read, perhaps as a part of a batch. */
  #valuesOf(indices: Uint32Array, epoch: number | undefined): Uint8Array | FloatArray | undefined {
    for (const batch of this.#batches) {
      const start = (indices.byteOffset - batch.indices.byteOffset) / indices.BYTES_PER_ELEMENT;
      const end = start + indices.length;
      const isPart =
        batch.indices.buffer === indices.buffer && start >= 0 && end <= batch.indices.length;
      if (!isPart || batch.epoch !== epoch || batch.arrival) continue;
      const size = batch.values.length / batch.indices.length;
      return batch.values.subarray(start * size, end * size);
    }
    return undefined;
  }
}

/** Whether two views show the same. */
const isSame = (a: Uint32Array, b: Uint32Array): boolean =>
  a.buffer === b.buffer && a.byteOffset === b.byteOffset && a.length === b.length;
