/** A handful of generated images in the files of a data set, for commands that read them. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  datasetNamed,
  encodeIdx,
  generateDigits,
  uprightImages,
  type DatasetName,
} from '@convnet/mnist-io';

/** Writes forty training and twenty test images of classes 0 … 9 below `root`. */
export async function writeSmallFiles(name: DatasetName, root: string): Promise<void> {
  const { files, folder, isTransposed = false, firstLabel = 0 } = datasetNamed(name);
  await mkdir(path.join(root, folder), { recursive: true });
  for (const [split, count] of [
    ['train', 40],
    ['test', 20],
  ] as const) {
    const { images, labels } = generateDigits({ count, seed: 2, split });
    const pixels = { shape: [count, 28, 28], data: images.pixels };
    const content = {
      [`${split}Images`]: encodeIdx(isTransposed ? uprightImages(pixels) : pixels),
      [`${split}Labels`]: encodeIdx({
        shape: [count],
        data: labels.map((label) => label + firstLabel),
      }),
    };
    for (const [part, bytes] of Object.entries(content)) {
      const file = files[part as keyof typeof files].name.replace('.gz', '');
      await writeFile(path.join(root, folder, file), bytes);
    }
  }
}
