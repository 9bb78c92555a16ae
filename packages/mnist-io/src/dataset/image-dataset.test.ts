import { describe, expect, it } from 'vitest';
import { DatasetError } from '../errors.ts';
import type { IdxArray } from '../idx/idx-types.ts';
import { ImageDataset, imageDatasetFromIdx, oneHot } from './image-dataset.ts';
import { ImageSamples } from './image-samples.ts';

const images: IdxArray = { shape: [3, 2, 2], data: Uint8Array.from({ length: 12 }, (_, i) => i) };
const labels: IdxArray = { shape: [3], data: Uint8Array.of(1, 0, 1) };
const sources = { imagesSource: 'pictures.idx', labelsSource: 'names.idx' };
const classNames = ['cat', 'dog'];

describe('imageDatasetFromIdx', () => {
  it('joins images and labels', () => {
    const dataset = imageDatasetFromIdx(images, labels, { classNames, ...sources });
    expect(dataset.size).toBe(3);
    expect(dataset.images.sampleShape).toEqual([2, 2, 1]);
    expect(dataset.classCounts()).toEqual([1, 2]);
    expect(dataset.description).toBe('pictures.idx with names.idx');
  });

  it('refuses labels given as images, and images given as labels', () => {
    expect(() => imageDatasetFromIdx(labels, labels, sources)).toThrow(
      'pictures.idx: expected images, bytes [N, H, W] (IDX magic number 2051); received a label file, magic number 2049 and shape [3]. Check that images and labels are not swapped.',
    );
    expect(() => imageDatasetFromIdx(images, images, sources)).toThrow(
      /^names\.idx: expected labels.*received an image file/,
    );
  });

  it('refuses arrays of other kinds', () => {
    const wide: IdxArray = { shape: [3], data: Int32Array.of(1, 0, 1) };
    expect(() => imageDatasetFromIdx(images, wide, sources)).toThrow(
      /received magic number 3073.*right file/,
    );
  });

  it('refuses counts that differ, naming both files', () => {
    const four: IdxArray = { shape: [4], data: new Uint8Array(4) };
    expect(() => imageDatasetFromIdx(images, four, sources)).toThrow(
      /^pictures\.idx with names\.idx: .*received 3 images and 4 labels/,
    );
  });

  it('refuses a label without a class, naming both files', () => {
    expect(() => imageDatasetFromIdx(images, labels, { classNames: ['cat'], ...sources })).toThrow(
      /^pictures\.idx with names\.idx: .*labels from 0 to 0.*received 1 for image 0/,
    );
  });

  it('refuses images without pixels', () => {
    const empty: IdxArray = { shape: [3, 0, 2], data: new Uint8Array(0) };
    expect(() => imageDatasetFromIdx(empty, labels)).toThrow(DatasetError);
  });
});

describe('ImageDataset', () => {
  const dataset = imageDatasetFromIdx(images, labels, { classNames });

  it('slices', () => {
    const slice = dataset.slice(1, 3);
    expect([...slice.labels]).toEqual([0, 1]);
    expect([...slice.images.pixels]).toEqual([4, 5, 6, 7, 8, 9, 10, 11]);
    expect(dataset.slice(2, 2).size).toBe(0);
  });

  it.each([
    [-1, 2],
    [0, 4],
    [2, 1],
    [0.5, 2],
  ])('refuses to slice from %d to %d', (start, end) => {
    expect(() => dataset.slice(start, end)).toThrow(RangeError);
  });

  it('takes the first, or all when there are fewer', () => {
    expect([...dataset.take(2).labels]).toEqual([1, 0]);
    expect(dataset.take(99).size).toBe(3);
    expect(() => dataset.take(-1)).toThrow(RangeError);
  });

  it('refuses labels that do not fit', () => {
    const samples = new ImageSamples({ pixels: new Uint8Array(8), height: 2, width: 2 });
    const init = { images: samples, classNames, description: 'pets' };
    expect(() => new ImageDataset({ ...init, labels: new Uint8Array(3) })).toThrow(DatasetError);
    expect(() => new ImageDataset({ ...init, labels: Uint8Array.of(0, 2) })).toThrow(
      /^pets: .*received 2 for image 1/,
    );
  });
});

describe('oneHot', () => {
  it('sets one number per row', () => {
    expect([...oneHot([2, 0], 3)]).toEqual([0, 0, 1, 1, 0, 0]);
  });

  it.each([3, -1, 0.5])('refuses label %d of three classes', (label) => {
    expect(() => oneHot([0, label], 3)).toThrow(DatasetError);
  });
});
