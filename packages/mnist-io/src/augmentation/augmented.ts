/**
 * Images that are different in every epoch of a training. What becomes of an image depends on the
 * seed, the epoch and the image's index alone, not on batches, order or threads: its random numbers
 * come from the stream `augmentation/<epoch>/<index>`.
 */
import {
  checkOptions,
  integerOption,
  listOption,
  objectOption,
  RandomStreams,
  type Random,
} from '@convnet/tensor';
import { forEachImage } from '../dataset/for-each-image.ts';
import type { SeedOptions } from '../dataset/image-dataset.ts';
import { writeInputs, type ImageSamples } from '../dataset/image-samples.ts';
import type { Augmentation, Canvas, Gate } from './transform.ts';
import { Warp } from './warp.ts';

/** See {@link augmented}; fits where `fit` of `@convnet/convnet` takes samples. */
export class AugmentedSamples {
  /** Number of images. */
  readonly sampleCount: number;
  /** Shape of one image. */
  readonly sampleShape: ImageSamples['sampleShape'];
  readonly bytes: {
    /** The input that each byte stands for, as {@link ImageSamples.bytes} has it. */
    readonly valueOfByte: Float64Array;
    /** As {@link AugmentedSamples.readSamples}, without turning bytes into inputs. */
    readonly readBytes: (indices: ArrayLike<number>, into: Uint8Array, epoch?: number) => void;
  };
  readonly #images: ImageSamples;
  readonly #streams: RandomStreams;
  readonly #canvas: Canvas;
  readonly #warp: Warp;
  readonly #gates: readonly Gate[];
  readonly #movements: readonly ((random: Random) => void)[];
  readonly #changes: readonly ((random: Random) => void)[];

  constructor(images: ImageSamples, augmentation: Augmentation, options: SeedOptions) {
    objectOption(images, 'augmented images');
    listOption(images.sampleShape, 'augmented images');
    listOption(augmentation, 'augmented').forEach((step) => objectOption(step, 'augmented'));
    checkOptions(options, 'seed', 'augmented');
    const { seed } = options;
    const [height, width, channels] = images.sampleShape;
    const room = (): Uint8Array => new Uint8Array(height * width * channels);
    const canvas = { height, width, channels, pixels: room(), spare: room() };
    const warp = new Warp(height, width, channels);
    this.sampleCount = images.sampleCount;
    this.sampleShape = images.sampleShape;
    this.#images = images;
    this.#streams = new RandomStreams(seed);
    this.#canvas = canvas;
    this.#warp = warp;
    this.#gates = augmentation.filter((step) => step.kind === 'gate');
    this.#movements = augmentation.flatMap((step) =>
      step.kind === 'geometric' ? [step.prepare(warp)] : [],
    );
    this.#changes = augmentation.flatMap((step) =>
      step.kind === 'pixels' ? [step.prepare(canvas)] : [],
    );
    this.bytes = {
      valueOfByte: images.bytes.valueOfByte,
      readBytes: (indices, into, epoch) => {
        if (epoch === undefined) images.bytes.readBytes(indices, into);
        else {
          this.#forEach(indices, into, epoch, (pixels, at) => {
            into.set(pixels, at);
          });
        }
      },
    };
  }

  /**
   * Writes the images `indices` into `into`, one after another, normalized: as that epoch shows
   * them, or, without an epoch, as they are.
   * @throws OptionError if an index names no image, `into` is too short, or `epoch` is not a whole
   * number of at least 0.
   */
  readSamples(indices: ArrayLike<number>, into: Float32Array | Float64Array, epoch?: number): void {
    if (epoch === undefined) {
      this.#images.readSamples(indices, into);
      return;
    }
    const { valueOfByte } = this.bytes;
    this.#forEach(indices, into, epoch, (pixels, at) => {
      writeInputs(pixels, valueOfByte, into, at);
    });
  }

  /** Calls `use` with the pixels of each image, and its place in `into`. */
  #forEach(
    indices: ArrayLike<number>,
    into: ArrayLike<number>,
    epoch: number,
    use: (pixels: Uint8Array, at: number) => void,
  ): void {
    integerOption(epoch, { least: 0 }, 'augmented epoch');
    const { pixels } = this.#images;
    forEachImage(this.#images, indices, into, (start, at, index) => {
      this.#draw(pixels, start, this.#streams.stream(`augmentation/${epoch}/${index}`));
      use(this.#canvas.pixels, at);
    });
  }

  /** Puts the image that begins at `start` on the canvas, changed unless a gate keeps it. */
  #draw(source: Uint8Array, start: number, random: Random): void {
    const { pixels } = this.#canvas;
    for (const gate of this.#gates) {
      if (!gate.keeps(random)) continue;
      for (let i = 0; i < pixels.length; i++) pixels[i] = source[start + i]!;
      return;
    }
    this.#warp.reset();
    for (const move of this.#movements) move(random);
    this.#warp.resample(source, start, pixels);
    for (const change of this.#changes) change(random);
  }
}

/**
 * Images that training sees differently in each epoch, and everybody else as they are: `fit` of
 * `@convnet/convnet` asks for an epoch's images, `evaluate`, `predict` and the validation within
 * `fit` for none. Pixels are computed by exact operations: one seed gives the same images in every
 * JavaScript engine. Each image is computed anew when it is read; nothing is kept.
 *
 * `fit` counts epochs from its `initialEpoch`, by default 0. Give a second call a later one, or its
 * images are those of the first call again.
 *
 * @throws OptionError if the seed is out of range.
 * @example
 * ```ts
 * const images = augmented(train.images, augmentations.strong, { seed: 1 });
 * await model.fit(images, train.labels, { epochs: 15 });
 * ```
 */
export function augmented(
  images: ImageSamples,
  augmentation: Augmentation,
  options: SeedOptions,
): AugmentedSamples {
  return new AugmentedSamples(images, augmentation, options);
}
