/**
 * Handwritten-looking digits, drawn rather than collected: a stand-in for MNIST where it cannot
 * be had, good enough that a network trained on them reads the real ones. README.md beside this
 * file has the idea and its measured quality.
 *
 * Nothing here comes from MNIST but its published frame and input scale, so that a network can be
 * tried on either. Only exact operations on float64 are used, so a seed gives the same pixels in
 * every JavaScript engine.
 */
import { checkOptions, choiceOption, integerOption, RandomStreams } from '@convnet/tensor';
import { DIGIT_CLASS_NAMES, ImageDataset } from '../dataset/image-dataset.ts';
import { ImageSamples } from '../dataset/image-samples.ts';
import { DIGIT_FRAME_SIZE } from '../digit-frame.ts';
import { DigitWriter } from './digit-writer.ts';
import { makeUpWriter, type Writer } from './writer.ts';

/** Most images one call makes: 0.8 GB of pixels. */
export const MAX_GENERATED_IMAGES = 1_000_000;

/** Options of {@link generateDigits}. */
export interface GenerateDigitsOptions {
  /** Number of images, at most {@link MAX_GENERATED_IMAGES}. */
  readonly count: number;
  /** Root seed, a whole number in 0 … 2⁵³ − 1. */
  readonly seed: number;
  /** Which of two independent sets of one seed. */
  readonly split: 'train' | 'test';
}

/** Digits that one writer writes: each of the ten once. */
const DIGITS_PER_WRITER = 10;

/**
 * Generates digits. Image i is the same whatever `count` is; every ten images in a row are by one
 * writer and hold each digit once, in random order. The two splits have no writer in common.
 *
 * @throws OptionError if `count` or `seed` is out of range.
 * @example
 * ```ts
 * const train = generateDigits({ count: 60_000, seed: 1, split: 'train' });
 * ```
 */
export function generateDigits(options: GenerateDigitsOptions): ImageDataset {
  checkOptions(options, 'count seed split', 'generateDigits');
  const { count, seed, split } = options;
  choiceOption(split, ['train', 'test'], 'generateDigits split');
  integerOption(count, { least: 0, most: MAX_GENERATED_IMAGES }, 'generateDigits count');
  const random = new RandomStreams(seed).stream(`generated-digits/${split}`);
  const digitWriter = new DigitWriter(random);
  const pixelCount = DIGIT_FRAME_SIZE * DIGIT_FRAME_SIZE;
  const pixels = new Uint8Array(count * pixelCount);
  const labels = new Uint8Array(count);
  const tenDigits = Array.from(DIGIT_CLASS_NAMES.keys());
  let writer: Writer | undefined;
  for (let index = 0; index < count; index++) {
    if (index % DIGITS_PER_WRITER === 0) {
      random.shuffle(tenDigits);
      writer = makeUpWriter(random);
    }
    const digit = tenDigits[index % DIGITS_PER_WRITER]!;
    labels[index] = digit;
    const frame = pixels.subarray(index * pixelCount, (index + 1) * pixelCount);
    digitWriter.write(digit, writer!, frame);
  }
  return new ImageDataset({
    images: new ImageSamples({ pixels, height: DIGIT_FRAME_SIZE, width: DIGIT_FRAME_SIZE }),
    labels,
    classNames: DIGIT_CLASS_NAMES,
    description: `generated digits, ${split} set of seed ${seed}`,
  });
}
