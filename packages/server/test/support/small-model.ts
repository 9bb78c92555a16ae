/** Untrained networks, which are enough wherever only the way of an answer is tested. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createPreset, type Sequential, Tensor } from '@convnet/convnet';

/** The preset `simple` with random weights, and all that a model file tells about a network. */
export function smallModel(seed = 1): Sequential {
  const model = createPreset('simple', { seed });
  model.info = {
    classNames: '0123456789'.split(''),
    preprocessing: { mean: 0.1307, standardDeviation: 0.3081 },
    testAccuracy: 0.125,
    trainedOn: 'nothing',
  };
  return model;
}

/** `count` different images with values like normalized pixels. */
export function someImages(count: number): Tensor {
  const images = Tensor.zeros([count, 28, 28, 1]);
  for (let i = 0; i < images.size; i++) images.data[i] = Math.sin(i * i) * 1.6 + 1.2;
  return images;
}

/** Runs `use` with a new folder, which is gone afterwards. */
export async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'convnet-server-'));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
