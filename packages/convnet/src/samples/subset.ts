/** Some of the samples of a data set, such as those of a fold. */
import { isTensor, listOption, OptionError, shown, sizeOf, Tensor } from '@convnet/tensor';
import { asSource, type ByteSamples, type Samples, type SampleSource } from './samples.ts';

/**
 * The samples at these indices, in this order: of a tensor `[N, …]` a copy of these entries of its first axis, of a
 * source one that reads them from it, as bytes where it has them, later where it does, and as each epoch
 * shows them.
 *
 * @param indices - whole numbers from 0 to N − 1; also twice.
 * @throws OptionError if an index names no sample.
 * @example
 * ```ts
 * const [fold] = kFold(images.sampleCount, { k: 5, seed: 1, stratify: labels });
 * const { train, validation } = fold!;
 * await model.fit(subset(images, train), Array.from(train, (index) => labels[index]!));
 * ```
 */
export function subset(samples: Tensor, indices: ArrayLike<number>): Tensor;
export function subset(samples: SampleSource, indices: ArrayLike<number>): SampleSource;
export function subset(samples: Samples, indices: ArrayLike<number>): Samples;
export function subset(samples: Samples, indices: ArrayLike<number>): Samples {
  if (isTensor(samples)) {
    const [count = 0, ...sample] = samples.shape;
    const chosen = checkedIndices(indices, count);
    const size = sizeOf(sample);
    const rows = Tensor.zeros([chosen.length, ...sample], samples.dtype);
    for (const [n, index] of chosen.entries()) {
      rows.data.set(samples.data.subarray(index * size, (index + 1) * size), n * size);
    }
    return rows;
  }
  const source = asSource(samples, 'subset');
  const chosen = checkedIndices(indices, source.sampleCount);
  const originals = (places: Uint32Array): Uint32Array => places.map((place) => chosen[place]!);
  return {
    sampleCount: chosen.length,
    sampleShape: source.sampleShape,
    readSamples: (places, into, ...when) => source.readSamples(originals(places), into, ...when),
    get bytes(): ByteSamples | undefined {
      const { bytes } = source;
      return (
        bytes && {
          valueOfByte: bytes.valueOfByte,
          readBytes: (places, into, ...when) => bytes.readBytes(originals(places), into, ...when),
        }
      );
    },
  };
}

function checkedIndices(indices: ArrayLike<number>, count: number): Uint32Array {
  listOption(indices, 'subset indices');
  for (let n = 0; n < indices.length; n++) {
    const index: unknown = indices[n];
    if (Number.isInteger(index) && (index as number) >= 0 && (index as number) < count) continue;
    throw new OptionError(
      `subset indices[${n}]: expected a sample from 0 to ${count - 1}; received ${shown(index)}.`,
    );
  }
  return Uint32Array.from(indices);
}
