/**
 * Where the inputs of a network come from. A source writes the samples it is asked for straight
 * into a batch, so that data may stay in whatever compact form it is kept in, such as bytes.
 */
import {
  formatShape,
  isTensor,
  OptionError,
  sameShape,
  ShapeError,
  shown,
  type FloatArray,
  type Shape,
  type Tensor,
} from '@convnet/tensor/inference';

/** How reading ends: at once, or when a promise is fulfilled. */
export type Reading = void | Promise<void>;

/** Samples that are bytes, such as pixels. */
export interface ByteSamples {
  /** The value of each of the 256 bytes, `[256]`; or `[256 · C]`, for each of the C channels of images in turn. */
  readonly valueOfByte: ArrayLike<number>;
  /** As {@link SampleSource.readSamples}. */
  readBytes(indices: Uint32Array, into: Uint8Array, epoch?: number, signal?: AbortSignal): Reading;
}

/**
 * Samples that are made into floats batch by batch. They may come later, from files, a network, a database
 * or a worker: then `readSamples` returns a promise, for which `fit`, `evaluate` and `predictAsync` wait;
 * `predict` and `trainOnBatch` cannot. A batch is read while the one before is computed.
 *
 * @example
 * ```ts
 * const source: SampleSource = {
 *   sampleCount: 60_000,
 *   sampleShape: [28, 28, 1],
 *   async readSamples(indices, into, epoch, signal) {
 *     const answer = await fetch(`/samples?of=${[...indices].join()}`, { signal: signal ?? null });
 *     into.set(new Float32Array(await answer.arrayBuffer()));
 *   },
 * };
 * ```
 */
export interface SampleSource {
  readonly sampleCount: number;
  /** Shape of one sample, such as `[28, 28, 1]`. */
  readonly sampleShape: Shape;
  /**
   * Writes the samples `indices` into `into`, one after the other.
   *
   * @param epoch - given in training only, for sources whose samples then differ from epoch to
   * epoch: the number that `fit` counts, from `initialEpoch`. Without it, samples are as they are.
   * @param signal - for samples that come later: aborts once nobody waits for them any more.
   */
  readSamples(
    indices: Uint32Array,
    into: FloatArray,
    epoch?: number,
    signal?: AbortSignal,
  ): Reading;
  /** The same as bytes, where they are: they become floats on all cores. */
  readonly bytes?: ByteSamples | undefined;
}

/** Inputs of a network: a tensor `[N, …]`, or a source. */
export type Samples = Tensor | SampleSource;

/**
 * `samples` as a source, checked against the network's input.
 * @throws ShapeError if one sample has another shape than the network expects.
 */
export function sampleSource(samples: Samples, inputShape: Shape, where: string): SampleSource {
  const source = asSource(samples, where);
  if (!sameShape(source.sampleShape, inputShape)) {
    throw new ShapeError(
      `${where}: expected input ${formatShape(['N', ...inputShape])}; received ${formatShape([source.sampleCount, ...source.sampleShape])}.`,
    );
  }
  return source;
}

/**
 * `samples` as a source.
 * @throws OptionError if they are none.
 */
export function asSource(samples: Samples, where: string): SampleSource {
  const source: SampleSource = isTensor(samples) ? tensorSource(samples) : samples;
  if (isSampleSource(source)) return source;
  throw new OptionError(
    `${where}: expected samples, as a tensor [N, …] or a SampleSource; received ${shown(samples)}. Numbers become a tensor by new Tensor(data, shape), lists by Tensor.from(lists).`,
  );
}

/** Whether a value, of a caller in JavaScript perhaps, can be read from. */
export function isSampleSource(value: unknown): value is SampleSource {
  const { readSamples, sampleShape } = (value ?? {}) as Partial<SampleSource>;
  return typeof readSamples === 'function' && Array.isArray(sampleShape);
}

function tensorSource(samples: Tensor): SampleSource {
  const [sampleCount = 0, ...sampleShape] = samples.shape;
  const size = sampleCount === 0 ? 0 : samples.size / sampleCount;
  return {
    sampleCount,
    sampleShape,
    readSamples(indices, into) {
      for (let i = 0; i < indices.length; i++) {
        const from = indices[i]! * size;
        into.set(samples.data.subarray(from, from + size), i * size);
      }
    },
  };
}

/** Samples 0, 1, … `count` − 1, or those from `start`. */
export function consecutive(count: number, start = 0): Uint32Array {
  // A loop, since Uint32Array.from takes as long as a small network's prediction.
  const indices = new Uint32Array(count);
  for (let i = 0; i < count; i++) indices[i] = start + i;
  return indices;
}

/** Whether a result, such as that of reading, comes later. */
export const isLater = <T>(result: T | Promise<T>): result is Promise<T> =>
  typeof (result as Promise<T> | undefined)?.then === 'function';

/**
 * For whoever cannot wait.
 * @throws OptionError if samples come later.
 */
export function expectAtOnce(reading: Reading, where: string): void {
  if (!isLater(reading)) return;
  reading.catch(() => undefined); // Nobody hears how it ends.
  throw new OptionError(
    `${where}: expected samples that are read at once; received a source that returns a promise. fit, evaluate and predictAsync wait for it.`,
  );
}
