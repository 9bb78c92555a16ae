/**
 * Pictures of digits, and of what is no digit, made by ImageMagick from MNIST's test images, and read
 * as `convnet predict` reads them: how many of each kind are right, and how many that hold no digit
 * are called one with certainty.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { RandomStreams } from '@convnet/convnet';
import { loadModel } from '@convnet/convnet/node';
import { ImageError, imageToDigits, ImageSamples, type ImageDataset } from '@convnet/mnist-io';
import { loadMnist } from '@convnet/mnist-io/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { needed } from '../../../test-needs.shared.ts';
import { loadDigitDetector } from '../src/digit-detector.ts';
import { readPicture } from '../src/picture.ts';
import { pictureKinds, type Recipe } from './made-pictures/digit-pictures.ts';
import { convert, hasImageMagick } from './made-pictures/image-magick.ts';
import { nonDigits } from './made-pictures/non-digits.ts';

const TEST = 'reading pictures made by ImageMagick';
const dataDir = needed('MNIST', TEST);
const isPossible = hasImageMagick(TEST) && dataDir !== undefined;

/** Pictures of each class, of each kind. */
const PER_CLASS = 2;

/** An answer above this is certain. */
const CERTAIN = 0.9;

const LEAST_RIGHT = 18;

/** Scribbles that are like a digit. */
const MOST_CERTAIN = 1;

const streams = new RandomStreams(2);

const FONTS = ['DejaVu-Sans', 'DejaVu-Serif', 'DejaVu-Sans-Mono', 'DejaVu-Serif-Italic', 'DejaVu-Sans-ExtraLight']; // prettier-ignore

const shipped = fileURLToPath(new URL('../../server/models/mnist.safetensors', import.meta.url));

interface Answer {
  readonly digit: number;
  readonly probability: number;
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'convnet-made-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** What is read in a picture; nothing if it is refused. */
async function read({ args, input }: Recipe): Promise<Answer[]> {
  const file = path.join(folder, 'picture.jpg');
  await writeFile(file, await convert(args, input));
  const picture = await readPicture(file);
  const [model, detector] = await Promise.all([loadModel(shipped), loadDigitDetector()]);
  try {
    return imageToDigits(picture).map(({ pixels }) => {
      const samples = new ImageSamples({ pixels, height: 28, width: 28 });
      const probabilities = model.predict(samples).data;
      const best = Math.max(...probabilities);
      return { digit: probabilities.indexOf(best), probability: best * detector(pixels) };
    });
  } catch (error) {
    expect(error).toBeInstanceOf(ImageError);
    return [];
  }
}

/** The first images of each class, class by class. */
function firstOfEach(images: ImageDataset): { label: number; pixels: Uint8Array }[] {
  return Array.from({ length: PER_CLASS }, (_, round) =>
    Array.from({ length: 10 }, (__, label) => {
      let index = -1;
      for (let k = 0; k <= round; k++) index = images.labels.indexOf(label, index + 1);
      return { label, pixels: images.images.pixels.slice(index * 784, (index + 1) * 784) };
    }),
  ).flat();
}

describe.skipIf(!isPossible)('pictures made by ImageMagick', () => {
  test.each(pictureKinds)('%s', async (name, count, kind) => {
    const { test: images } = await loadMnist(dataDir!);
    const digits = firstOfEach(images);
    const random = streams.stream(name);
    let [right, sum] = [0, 0];
    for (const i of digits.keys()) {
      const shown = Array.from({ length: count }, (_, k) => digits[(i + 7 * k) % digits.length]!);
      const pixels = shown.map((each) => each.pixels);
      const answers = await read(kind(pixels, random));
      const labels = shown.map(({ label }) => label);
      if (answers.map(({ digit }) => digit).join() === labels.join()) right += 1;
      sum += answers.reduce((total, { probability }) => total + probability, 0) / answers.length;
    }
    const mean = (sum / digits.length).toFixed(3);
    console.info(`${name}: ${right} of ${digits.length} right, mean confidence ${mean}`);
    expect(right).toBeGreaterThanOrEqual(LEAST_RIGHT);
  });

  test('40 pictures without a digit, or with two', async () => {
    const { test: images } = await loadMnist(dataDir!);
    const digits = firstOfEach(images).map(({ pixels }) => pixels);
    const certain: string[] = [];
    const pictures = nonDigits(streams.stream('non-digits'), digits, FONTS);
    expect(pictures).toHaveLength(40);
    for (const [i, { kind, recipe }] of pictures.entries()) {
      const answers = await read(recipe);
      const [answer] = answers;
      const isOne = answers.length === 1 && answer!.probability > CERTAIN;
      // Specks are all noise: none of them may be a digit. Two digits are said to be two.
      const isAny =
        kind !== 'two digits' && answers.some(({ probability }) => probability > CERTAIN);
      if (isOne || isAny) certain.push(`${kind} ${i}: ${answers.map(({ digit }) => digit).join()}`);
    }
    console.info(`without a digit, and called one with more than 90 %: ${certain.length} of 40`);
    expect(certain.length, certain.join('; ')).toBeLessThanOrEqual(MOST_CERTAIN);
  });
});
