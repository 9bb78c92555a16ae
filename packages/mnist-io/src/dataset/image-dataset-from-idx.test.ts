import { describe, expect, test } from 'vitest';
import { DatasetError } from '../errors.ts';
import type { IdxArray } from '../idx/idx-types.ts';
import { imageDatasetFromIdx } from './image-dataset-from-idx.ts';

const images: IdxArray = { shape: [3, 2, 2], data: Uint8Array.from({ length: 12 }, (_, i) => i) };
const labels: IdxArray = { shape: [3], data: Uint8Array.of(1, 0, 1) };
const sources = { imagesSource: 'pictures.idx', labelsSource: 'names.idx' };
const classNames = ['cat', 'dog'];

describe('imageDatasetFromIdx', () => {
  test('joins images and labels', () => {
    const dataset = imageDatasetFromIdx(images, labels, { classNames, ...sources });
    expect(dataset.size).toBe(3);
    expect(dataset.images.sampleShape).toEqual([2, 2, 1]);
    expect(dataset.classCounts()).toEqual([1, 2]);
    expect(dataset.description).toBe('pictures.idx with names.idx');
  });

  test('refuses labels given as images, and images given as labels', () => {
    expect(() => imageDatasetFromIdx(labels, labels, sources)).toThrow(
      'pictures.idx: expected images, bytes [N, H, W] (IDX magic number 2051); received a label file, magic number 2049 and shape [3]. Check that images and labels are not swapped.',
    );
    expect(() => imageDatasetFromIdx(images, images, sources)).toThrow(
      /^names\.idx: expected labels.*received an image file/,
    );
  });

  test('refuses arrays of other kinds', () => {
    const wide: IdxArray = { shape: [3], data: Int32Array.of(1, 0, 1) };
    expect(() => imageDatasetFromIdx(images, wide, sources)).toThrow(
      /received magic number 3073.*right file/,
    );
  });

  test('refuses counts that differ, naming both files', () => {
    const four: IdxArray = { shape: [4], data: new Uint8Array(4) };
    expect(() => imageDatasetFromIdx(images, four, sources)).toThrow(
      /^pictures\.idx with names\.idx: .*received 3 images and 4 labels/,
    );
  });

  test('refuses a label without a class, naming both files', () => {
    expect(() => imageDatasetFromIdx(images, labels, { classNames: ['cat'], ...sources })).toThrow(
      /^pictures\.idx with names\.idx: .*labels from 0 to 0.*received 1 for image 0/,
    );
  });

  test('refuses images without pixels', () => {
    const empty: IdxArray = { shape: [3, 0, 2], data: new Uint8Array(0) };
    expect(() => imageDatasetFromIdx(empty, labels)).toThrow(DatasetError);
  });
});
