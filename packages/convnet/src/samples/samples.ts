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

/** Samples that are bytes, such as pixels. */
export interface ByteSamples {
  /** The value of each of the 256 bytes. */
  readonly valueOfByte: ArrayLike<number>;
  /** Writes the samples `indices` into `into`, one after the other, as `epoch` shows them. */
  readBytes(indices: Uint32Array, into: Uint8Array, epoch?: number): void;
}

/** Samples that are made into floats batch by batch. `fit` reads a batch while the one before is computed. */
export interface SampleSource {
  readonly sampleCount: number;
  /** Shape of one sample, such as `[28, 28, 1]`. */
  readonly sampleShape: Shape;
  /**
   * Writes the samples `indices` into `into`, one after the other.
   *
   * @param epoch - given in training only, for sources whose samples then differ from epoch to
   * epoch: the number that `fit` counts, from `initialEpoch`. Without it, samples are as they are.
   */
  readSamples(indices: Uint32Array, into: FloatArray, epoch?: number): void;
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
  const source: SampleSource = isTensor(samples) ? tensorSource(samples) : samples;
  if (!isSampleSource(source)) {
    throw new OptionError(
      `${where}: expected samples, as a tensor [N, …] or a SampleSource; received ${shown(samples)}. Numbers become a tensor by new Tensor(data, shape), lists by Tensor.from(lists).`,
    );
  }
  if (!sameShape(source.sampleShape, inputShape)) {
    throw new ShapeError(
      `${where}: expected input ${formatShape(['N', ...inputShape])}; received ${formatShape([source.sampleCount, ...source.sampleShape])}.`,
    );
  }
  return source;
}

/** Whether a value, of a caller in JavaScript perhaps, can be read from. */
function isSampleSource(value: unknown): boolean {
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
