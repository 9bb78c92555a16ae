/** How many digits the shipped network reads from pages, and how many from MNIST itself. */
import { fileURLToPath } from 'node:url';
import { loadModel } from '@convnet/convnet/node';
import { imageToDigit, ImageSamples, type ImageDataset } from '@convnet/mnist-io';
import { kernelsFor } from '../src/backend.ts';
import { Photographer, type PageKind } from './photographed-page.ts';

const shipped = fileURLToPath(new URL('../../server/models/mnist.safetensors', import.meta.url));

/** Numbers of images, and milliseconds. */
export interface PageReading {
  /** Read right from the images themselves. */
  readonly direct: number;
  /** Read right from their pages. */
  readonly fromPages: number;
  /** Pages whose ink was taken for paper. */
  readonly wrongPolarity: number;
  /** Processor time of `imageToDigit`, the mean of all pages. */
  readonly milliseconds: number;
}

const photographer = new Photographer(1);

/** Draws each image on a page, reads it back, and has the shipped network name both. */
export async function readPages(images: ImageDataset, kind: PageKind): Promise<PageReading> {
  const model = await loadModel(shipped, { kernels: kernelsFor({ backend: 'auto' }) });
  const { pixels } = images.images;
  const framed = new Uint8Array(pixels.length);
  let microseconds = 0;
  let wrongPolarity = 0;
  for (let index = 0; index < images.size; index++) {
    const at = index * 784;
    const page = photographer.take(pixels.subarray(at, at + 784), index, kind);
    const start = process.cpuUsage();
    const digit = imageToDigit(page);
    const { user, system } = process.cpuUsage(start);
    microseconds += user + system;
    framed.set(digit.pixels, at);
    if (digit.darkInk !== kind.ink < kind.paper) wrongPolarity += 1;
  }
  const countRight = (bytes: Uint8Array): number => {
    const samples = new ImageSamples({ pixels: bytes, height: 28, width: 28 });
    const { data } = model.predict(samples);
    return images.labels.reduce((right, label, i) => {
      const row = data.subarray(i * 10, i * 10 + 10);
      return right + (row.indexOf(Math.max(...row)) === label ? 1 : 0);
    }, 0);
  };
  return {
    direct: countRight(pixels),
    fromPages: countRight(framed),
    wrongPolarity,
    milliseconds: microseconds / 1000 / images.size,
  };
}

/** The pages that are tested. */
export const pageKinds: readonly (readonly [string, PageKind])[] = [
  ['dark on light, light from the left', { paper: 240, ink: 24, light: 'to the right' }],
  ['light on dark, light from the left', { paper: 40, ink: 235, light: 'to the right' }],
  ['dark on light, light from anywhere', { paper: 240, ink: 24, light: 'random' }],
];
