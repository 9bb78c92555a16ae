/**
 * How pictures are decoded and encoded. That takes native code, which this package does not bring:
 * a program passes what it has, such as the `sharp` package.
 */
import { OptionError } from '@convnet/tensor';
import type { SourceImage } from '../../image-to-digit/source-image.ts';
import type { GreyImage, ImageSize } from './labelled-images.ts';

/** Reads, resizes and writes pictures for {@link convertDataset}. */
export interface PictureCodec {
  /**
   * Reads the pixels of a picture file.
   * @throws ImageError if it is not a picture, is broken or is too large.
   */
  read(file: string): Promise<SourceImage>;
  /** Stretches grey pixels to another size; returns as many bytes as that has pixels. */
  resize(image: GreyImage, size: ImageSize): Promise<Uint8Array>;
  /** Encodes grey pixels as the bytes of a PNG file. */
  encodePng(image: GreyImage): Promise<Uint8Array>;
}

/** An error that says what a codec is missing for, such as `to read pictures`. */
export function missingPictures(what: string): OptionError {
  return new OptionError(
    `\`pictures\`: expected a codec ${what}; received none. Pass one, such as one made of sharp.`,
  );
}
