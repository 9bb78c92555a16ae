/** What readers are told beside the data, of wrong kinds: refused before it is put into a message. */
import { OptionError } from '@convnet/tensor';
import { expect, test } from 'vitest';
import {
  decompressIfGzipped,
  encodeIdx,
  encodeNpy,
  encodeNpyStrings,
  imageDatasetFromIdx,
  parseIdx,
  parseNpy,
  parseNpyStrings,
} from '../src/index.ts';

const labels = { shape: [1], data: new Uint8Array(1) };
const images = { shape: [1, 2, 2], data: new Uint8Array(4) };

const readers: Readonly<Record<string, (name: never) => unknown>> = {
  parseIdx: (source) => parseIdx(encodeIdx(labels), { source }),
  parseNpy: (source) => parseNpy(encodeNpy(labels), { source }),
  parseNpyStrings: (source) => parseNpyStrings(encodeNpyStrings(['a']), source),
  decompressIfGzipped: (source) => decompressIfGzipped(encodeIdx(labels), { source }),
  'images of imageDatasetFromIdx': (imagesSource) =>
    imageDatasetFromIdx(images, labels, { imagesSource }),
  'labels of imageDatasetFromIdx': (labelsSource) =>
    imageDatasetFromIdx(images, labels, { labelsSource }),
};

test.each(Object.entries(readers))('a name that is no text: %s', async (_, read) => {
  for (const name of [Symbol('name'), Object.create(null), 1, null]) {
    const reading = new Promise((resolve) => {
      resolve(read(name as never));
    });
    await expect(reading).rejects.toThrow(OptionError);
  }
});

test('numbers and switches of wrong kinds', async () => {
  expect(() => parseIdx(encodeIdx(labels), { strict: 'no' as never })).toThrow(OptionError);
  await expect(decompressIfGzipped(encodeIdx(labels), { maxBytes: NaN })).rejects.toThrow(
    OptionError,
  );
});
