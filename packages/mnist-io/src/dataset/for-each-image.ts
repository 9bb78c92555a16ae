/** Walks through chosen images, with the checks that all who read images by index need. */
import { listOption, OptionError, shown } from '@convnet/tensor';

/** @throws OptionError unless there is an image of that index. */
export function checkIndex(index: number, sampleCount: number): void {
  if (Number.isInteger(index) && index >= 0 && index < sampleCount) return;
  throw new OptionError(
    `ImageSamples: expected indices from 0 to ${sampleCount - 1}; received ${shown(index)}.`,
  );
}

/** A copy of indices from a caller. @throws OptionError if one names no image. */
export function copyIndices(indices: ArrayLike<number>, sampleCount: number): Uint32Array {
  listOption(indices, 'ImageSamples indices');
  // Checked before there is room for them: a list may be longer than memory. It may be no iterable.
  // eslint-disable-next-line @typescript-eslint/prefer-for-of -- see above
  for (let i = 0; i < indices.length; i++) checkIndex(indices[i]!, sampleCount);
  const copy = new Uint32Array(indices.length);
  for (let i = 0; i < copy.length; i++) copy[i] = indices[i]!;
  return copy;
}

/**
 * Calls `visit` for every index, with where the image's pixels begin among those of all images, and
 * where they belong in `into`, if the chosen images lie there one after another.
 * @throws OptionError if an index names no image or `into` is too short.
 */
export function forEachImage(
  images: { readonly sampleCount: number; readonly sampleShape: readonly number[] },
  indices: ArrayLike<number>,
  into: ArrayLike<number>,
  visit: (start: number, at: number, index: number) => void,
): void {
  listOption(indices, 'ImageSamples indices');
  listOption(into, 'ImageSamples numbers');
  const { sampleCount, sampleShape } = images;
  const pixelCount = sampleShape.reduce((product, length) => product * length, 1);
  if (into.length < indices.length * pixelCount) {
    throw new OptionError(
      `ImageSamples: expected room for ${indices.length * pixelCount} numbers; received ${into.length}.`,
    );
  }
  for (let position = 0; position < indices.length; position++) {
    const index = indices[position]!;
    checkIndex(index, sampleCount);
    visit(index * pixelCount, position * pixelCount, index);
  }
}
