/**
 * Images as bytes, turned into network inputs only when a batch is made: x = (byte / 255 − mean) /
 * standardDeviation. 60,000 images of 28×28 take 47 MB this way instead of 188 MB as float32.
 */
import {
  asBytes,
  checkOptions,
  functionOption,
  integerOption,
  numberOption,
  shown,
} from '@convnet/tensor';
import { DatasetError } from '../errors.ts';
import { copyIndices, forEachImage } from './for-each-image.ts';

/** Mean and standard deviation of pixels scaled to 0 … 1; inputs then have about 0 and 1. */
export interface Normalization {
  readonly mean: number;
  readonly standardDeviation: number;
}

/** The customary constants of MNIST: those of its 60,000 training images, to four decimals. */
export const MNIST_NORMALIZATION: Normalization = { mean: 0.1307, standardDeviation: 0.3081 };

/** Parts of {@link ImageSamples}. */
export interface ImageSamplesInit {
  /** One byte per pixel, 0 background to 255 ink, image after image, row after row. */
  readonly pixels: Uint8Array;
  readonly height: number;
  readonly width: number;
  /** By default that of MNIST. */
  readonly normalization?: Normalization;
}

/** Grey images of one size, kept as bytes. */
export class ImageSamples {
  /** Number of images. */
  readonly sampleCount: number;
  /** Shape of one image: height, width and one channel. */
  readonly sampleShape: readonly [height: number, width: number, channels: 1];
  /** One byte per pixel, image after image, row after row. */
  readonly pixels: Uint8Array;
  readonly normalization: Normalization;
  readonly #valueOfByte: Float64Array;
  readonly #bytes: ImageSamples['bytes'];

  /** @throws DatasetError if the pixels are not whole images, or the normalization is unusable. */
  constructor(init: ImageSamplesInit) {
    checkOptions(init, 'pixels height width normalization', 'ImageSamples');
    const { pixels, height, width, normalization = MNIST_NORMALIZATION } = init;
    asBytes(pixels, 'ImageSamples pixels');
    numberOption(height, {}, 'ImageSamples height');
    numberOption(width, {}, 'ImageSamples width');
    const sampleCount = pixels.length / (height * width);
    if (!(height >= 1 && width >= 1) || !Number.isInteger(sampleCount)) {
      throw new DatasetError(
        `ImageSamples: expected whole images of ${height} × ${width} pixels; received ${pixels.length} bytes.`,
      );
    }
    checkOptions(normalization, 'mean standardDeviation', 'ImageSamples normalization');
    const { mean, standardDeviation } = normalization;
    if (!Number.isFinite(mean) || !Number.isFinite(standardDeviation) || standardDeviation <= 0) {
      throw new DatasetError(
        `ImageSamples: expected a finite mean and a standard deviation above 0; received ${shown(mean)} and ${shown(standardDeviation)}.`,
      );
    }
    this.sampleCount = sampleCount;
    this.sampleShape = [height, width, 1];
    this.pixels = pixels;
    this.normalization = normalization;
    this.#valueOfByte = Float64Array.from(
      { length: 256 },
      (_, byte) => (byte / 255 - mean) / standardDeviation,
    );
    this.#bytes = {
      valueOfByte: this.#valueOfByte,
      readBytes: (indices, into) => {
        forEachImage(this, indices, into, (start, at) => {
          into.set(pixels.subarray(start, start + height * width), at);
        });
      },
    };
  }

  /**
   * Writes the normalized images of the given indices into `into`, one after another.
   * @throws OptionError if an index names no image or `into` is too short.
   */
  readSamples(indices: ArrayLike<number>, into: Float32Array | Float64Array): void {
    const { pixels } = this;
    const [height, width] = this.sampleShape;
    const valueOfByte = this.#valueOfByte;
    forEachImage(this, indices, into, (start, at) => {
      for (let i = 0; i < height * width; i++) into[at + i] = valueOfByte[pixels[start + i]!]!;
    });
  }

  /** The images as bytes, and the input that each byte stands for. */
  get bytes(): {
    readonly valueOfByte: Float64Array;
    readBytes(indices: ArrayLike<number>, into: Uint8Array): void;
  } {
    return this.#bytes;
  }

  /** The images from `start` up to, not including, `end`; shares the pixels. */
  slice(start: number, end: number): ImageSamples {
    integerOption(start, {}, 'ImageSamples.slice start');
    integerOption(end, {}, 'ImageSamples.slice end');
    const [height, width] = this.sampleShape;
    return this.#with(this.pixels.subarray(start * height * width, end * height * width));
  }

  /**
   * The images at these indices, in this order; copies them.
   * @throws OptionError if an index names no image.
   */
  select(indices: ArrayLike<number>): ImageSamples {
    const [height, width] = this.sampleShape;
    const chosen = copyIndices(indices, this.sampleCount);
    const pixels = new Uint8Array(chosen.length * height * width);
    this.bytes.readBytes(chosen, pixels);
    return this.#with(pixels);
  }

  /**
   * A set whose images were changed one by one, as `ImageDataset.map` describes it.
   * @throws DatasetError if `change` returns more or fewer pixels than an image has.
   */
  map(change: (pixels: Uint8Array, index: number) => Uint8Array): ImageSamples {
    const [height, width] = this.sampleShape;
    functionOption(change, 'map');
    const all = this.pixels.slice();
    for (let index = 0; index < this.sampleCount; index++) {
      const own = all.subarray(index * height * width, (index + 1) * height * width);
      const changed = change(own, index);
      asBytes(changed, 'map');
      if (changed.length !== own.length) {
        throw new DatasetError(
          `map: expected ${own.length} pixels, as image ${index} has; received ${changed.length}. Return as many as were given.`,
        );
      }
      if (changed !== own) own.set(changed);
    }
    return this.#with(all);
  }

  #with(pixels: Uint8Array): ImageSamples {
    const [height, width] = this.sampleShape;
    return new ImageSamples({ pixels, height, width, normalization: this.normalization });
  }
}
