/**
 * From arrays as a data set stores them to those that MNIST has: bytes `[N, H, W]` row after row,
 * and bytes `[N]` that count the classes from 0.
 */
import { checkOptions, integerOption, kindOf } from '@convnet/tensor';
import { DatasetError } from '../errors.ts';
import { checkArray, type IdxArray } from '../idx/idx-types.ts';

/**
 * Images `[N, H, W]` from images stored column after column, `[N, W, H]`; other arrays unchanged.
 */
export function uprightImages(stored: IdxArray): IdxArray {
  checkArray(stored, 'uprightImages');
  const [count = 0, width = 0, height = 0] = stored.shape;
  const { data } = stored;
  if (stored.shape.length !== 3 || kindOf(data) !== 'Uint8Array') return stored;
  const pixels = new Uint8Array(data.length);
  for (let image = 0, position = 0; image < count; image++) {
    const start = image * height * width;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++, position++) pixels[position] = data[start + x * height + y]!;
    }
  }
  return { shape: [count, height, width], data: pixels };
}

/** How {@link classLabels} reads labels. */
export interface ClassLabelOptions {
  /** Label of the first class; 0 by default. */
  readonly firstLabel?: number;
  /** Name of the labels in messages, such as their file name. */
  readonly source?: string;
}

/**
 * Bytes `[N]` that count the classes from 0: from bytes that begin at another label, or from
 * column 0 of the int32 `[N, columns]` that QMNIST has. Other arrays unchanged.
 *
 * @throws DatasetError naming the first label that is below `firstLabel` or no byte.
 */
export function classLabels(stored: IdxArray, options: ClassLabelOptions = {}): IdxArray {
  checkArray(stored, 'classLabels');
  checkOptions(options, 'firstLabel source', 'classLabels');
  const { firstLabel = 0, source = 'labels' } = options;
  integerOption(firstLabel, { least: 0 }, 'classLabels firstLabel');
  const [count = 0, columns = 1] = stored.shape;
  const { data } = stored;
  const isTable = kindOf(data) === 'Int32Array' && stored.shape.length === 2;
  const isList = kindOf(data) === 'Uint8Array' && stored.shape.length === 1;
  if (!isTable && !(isList && firstLabel !== 0)) return stored;
  const labels = new Uint8Array(count);
  for (let index = 0; index < count; index++) {
    const label = data[index * columns]!;
    if (label < firstLabel || label - firstLabel > 255) {
      throw new DatasetError(
        `${source}: expected labels from ${firstLabel}; received ${label} for image ${index}. Check that this is the right file.`,
      );
    }
    labels[index] = label - firstLabel;
  }
  return { shape: [count], data: labels };
}
