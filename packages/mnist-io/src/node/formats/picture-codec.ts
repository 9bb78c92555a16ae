/**
 * How pictures are decoded and encoded. That takes native code, which this package does not bring:
 * a program passes what it has, such as the `sharp` package.
 */
import { OptionError } from '@convnet/tensor';
import type { PictureFit } from './dataset-description.ts';
import type { ImageShape, ImageSize, RawImage } from './labelled-images.ts';

/** Reads, resizes and writes pictures. */
export interface PictureCodec {
  /**
   * The size of a picture, upright, by the header of its file.
   * @throws ImageError if it is not a picture or is too large.
   */
  size(file: string): Promise<ImageSize>;
  /**
   * Whether a picture has colours, whatever its file has room for.
   * @throws ImageError if it is not a picture, is broken or is too large.
   */
  hasColors(file: string): Promise<boolean>;
  /**
   * The pixels of a picture file, upright, fitted to a shape.
   * @throws ImageError if it is not a picture, is broken or is too large.
   */
  read(file: string, shape: ImageShape, fit: PictureFit): Promise<Uint8Array>;
  /** Fits pixels to another size; returns as many bytes as that has. */
  resize(image: RawImage, size: ImageSize, fit: PictureFit): Promise<Uint8Array>;
  /** Encodes pixels as the bytes of a PNG file. */
  encodePng(image: RawImage): Promise<Uint8Array>;
}

/** An error that says what a codec is missing for, such as `to read pictures`. */
export function missingPictures(what: string): OptionError {
  return new OptionError(
    `\`pictures\`: expected a codec ${what}; received none. Pass one, such as one made of sharp.`,
  );
}
