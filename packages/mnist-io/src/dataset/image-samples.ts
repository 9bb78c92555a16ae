/**
 * Images as bytes, turned into network inputs only when a batch is made: x = (byte / 255 − mean) /
 * standardDeviation, perhaps with constants of each channel. 60,000 images of 28×28 take 47 MB this way
 * instead of 188 MB as float32.
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

/**
 * Mean and standard deviation of pixels scaled to 0 … 1; inputs then have about 0 and 1. Each is one number,
 * or a list with one for each channel.
 */
export interface Normalization {
  readonly mean: number | readonly number[];
  readonly standardDeviation: number | readonly number[];
}

/** The customary constants of MNIST: those of its 60,000 training images, to four decimals. */
export const MNIST_NORMALIZATION: Normalization = { mean: 0.1307, standardDeviation: 0.3081 };

const MOST_CHANNELS = 4;
const BYTE_VALUES = 256;

/**
 * The inputs that bytes stand for: `[256]`, or, with constants of each channel, `[256 · C]`.
 * @throws DatasetError if the normalization is unusable for images of so many channels.
 */
function inputTable(normalization: Normalization, channels: number): Float64Array {
  checkOptions(normalization, 'mean standardDeviation', 'ImageSamples normalization');
  const { mean, standardDeviation } = normalization;
  const [means, deviations] = [[mean].flat(), [standardDeviation].flat()];
  const lengths = [means.length, deviations.length];
  const isUsable =
    lengths.every((length) => length === 1 || length === channels) &&
    means.every(Number.isFinite) &&
    deviations.every((deviation) => Number.isFinite(deviation) && deviation > 0);
  if (!isUsable) {
    const each = channels === 1 ? '' : `, or ${channels} of each`;
    throw new DatasetError(
      `ImageSamples: expected a finite mean and a standard deviation above 0${each}; received ${shown(mean)} and ${shown(standardDeviation)}.`,
    );
  }
  return Float64Array.from({ length: BYTE_VALUES * Math.max(...lengths) }, (_, place) => {
    const channel = Math.floor(place / BYTE_VALUES);
    const byte = place % BYTE_VALUES;
    return (byte / 255 - (means[channel] ?? means[0]!)) / (deviations[channel] ?? deviations[0]!);
  });
}

/** Writes the inputs that the bytes of an image stand for into `into`, from `at` on. */
export function writeInputs(
  image: Uint8Array,
  valueOfByte: Float64Array,
  into: Float32Array | Float64Array,
  at: number,
): void {
  const { length } = valueOfByte;
  for (let i = 0; i < image.length; i++) {
    into[at + i] = valueOfByte[((BYTE_VALUES * i) % length) + image[i]!]!;
  }
}

/** Parts of {@link ImageSamples}. */
export interface ImageSamplesInit {
  /**
   * Bytes `[N, H, W, C]`: image after image, row after row, the channels of a pixel side by side. Grey images of
   * ink are 0 for background to 255 for ink.
   */
  readonly pixels: Uint8Array;
  readonly height: number;
  readonly width: number;
  /** 1 for grey (default), 2 for grey with opacity, 3 for red, green and blue, 4 with opacity. */
  readonly channels?: number;
  /** By default that of MNIST. */
  readonly normalization?: Normalization;
}

/** Images of one size, kept as bytes. */
export class ImageSamples {
  /** Number of images. */
  readonly sampleCount: number;
  /** Shape of one image. */
  readonly sampleShape: readonly [height: number, width: number, channels: number];
  /** Bytes `[N, H, W, C]`. */
  readonly pixels: Uint8Array;
  readonly normalization: Normalization;
  /** Bytes of an image. */
  readonly #size: number;
  readonly #valueOfByte: Float64Array;
  readonly #bytes: ImageSamples['bytes'];

  /** @throws DatasetError if the pixels are not whole images, or the normalization is unusable. */
  constructor(init: ImageSamplesInit) {
    checkOptions(init, 'pixels height width channels normalization', 'ImageSamples');
    const { pixels, height, width, channels = 1, normalization = MNIST_NORMALIZATION } = init;
    asBytes(pixels, 'ImageSamples pixels');
    numberOption(height, {}, 'ImageSamples height');
    numberOption(width, {}, 'ImageSamples width');
    integerOption(channels, { least: 1, most: MOST_CHANNELS }, 'ImageSamples channels');
    const size = height * width * channels;
    const sampleCount = pixels.length / size;
    if (!(height >= 1 && width >= 1) || !Number.isInteger(sampleCount)) {
      const bytes = channels === 1 ? '' : ` in ${channels} channels`;
      throw new DatasetError(
        `ImageSamples: expected whole images of ${height} × ${width} pixels${bytes}; received ${pixels.length} bytes.`,
      );
    }
    this.sampleCount = sampleCount;
    this.sampleShape = [height, width, channels];
    this.pixels = pixels;
    this.normalization = normalization;
    this.#size = size;
    this.#valueOfByte = inputTable(normalization, channels);
    this.#bytes = {
      valueOfByte: this.#valueOfByte,
      readBytes: (indices, into) => {
        forEachImage(this, indices, into, (start, at) => {
          into.set(pixels.subarray(start, start + size), at);
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
    forEachImage(this, indices, into, (start, at) => {
      writeInputs(pixels.subarray(start, start + this.#size), this.#valueOfByte, into, at);
    });
  }

  /** The images as bytes, and the input that each byte stands for: `[256]`, or `[256 · C]` for each channel. */
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
    return this.#with(this.pixels.subarray(start * this.#size, end * this.#size));
  }

  /**
   * The images at these indices, in this order; copies them.
   * @throws OptionError if an index names no image.
   */
  select(indices: ArrayLike<number>): ImageSamples {
    const chosen = copyIndices(indices, this.sampleCount);
    const pixels = new Uint8Array(chosen.length * this.#size);
    this.bytes.readBytes(chosen, pixels);
    return this.#with(pixels);
  }

  /**
   * A set whose images were changed one by one, as `ImageDataset.map` describes it.
   * @throws DatasetError if `change` returns more or fewer pixels than an image has.
   */
  map(change: (pixels: Uint8Array, index: number) => Uint8Array): ImageSamples {
    functionOption(change, 'map');
    const all = this.pixels.slice();
    for (let index = 0; index < this.sampleCount; index++) {
      const own = all.subarray(index * this.#size, (index + 1) * this.#size);
      const changed = change(own, index);
      asBytes(changed, 'map');
      if (changed.length !== own.length) {
        throw new DatasetError(
          `map: expected ${own.length} bytes, as image ${index} has; received ${changed.length}. Return as many as were given.`,
        );
      }
      if (changed !== own) own.set(changed);
    }
    return this.#with(all);
  }

  #with(pixels: Uint8Array): ImageSamples {
    const [height, width, channels] = this.sampleShape;
    const { normalization } = this;
    return new ImageSamples({ pixels, height, width, channels, normalization });
  }
}
