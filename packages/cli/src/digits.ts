/** Loading digits for a command, and saying which they are. */
import type { Preprocessing } from '@convnet/convnet';
import { ImageSamples, type ImageDataset } from '@convnet/mnist-io';
import { loadDigits, type DigitsChoice, type LoadedDataset } from '@convnet/mnist-io/node';
import { DownloadDisplay } from './display/download-progress.ts';
import type { Output } from './display/output.ts';
import { proxyFetch } from './proxy-fetch.ts';

/** How long a mirror may keep silent where there is nothing to fall back to, in milliseconds. */
export const PATIENCE_MS = 15_000;

/** Options that all commands with data share. */
export interface DigitsOptions {
  readonly dataset: DigitsChoice;
  readonly dataDir?: string;
  readonly seed: number;
  /** At most so many training images, and as many test images. */
  readonly limit?: number;
}

/** Loads what {@link DigitsOptions} ask for, showing downloads. */
export async function digitsFor(
  options: DigitsOptions,
  output: Output,
  signal: AbortSignal,
): Promise<LoadedDataset> {
  const { limit } = options;
  const display = new DownloadDisplay(output);
  try {
    const digits = await loadDigits({
      ...options,
      signal,
      fetch: await proxyFetch(),
      ...display.callbacks,
      // Who insists on a data set rather waits for a slow mirror than goes without it.
      ...(options.dataset !== 'auto' && { connectMs: PATIENCE_MS }),
      ...(limit === undefined ? {} : { generatedCounts: { train: limit, test: limit } }),
    });
    if (limit === undefined) return digits;
    return { ...digits, train: digits.train.take(limit), test: digits.test.take(limit) };
  } finally {
    display.stop();
  }
}

/** The images as inputs of a network that wants this preprocessing. */
export function samplesFor(
  { images }: ImageDataset,
  preprocessing: Preprocessing | undefined,
): ImageSamples {
  if (!preprocessing) return images;
  const [height, width] = images.sampleShape;
  return new ImageSamples({ pixels: images.pixels, height, width, normalization: preprocessing });
}
