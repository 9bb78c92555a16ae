/** What there is to classify in pictures: as a network saw images in training. */
import { formatShape, isErrorNamed, type Model } from '@convnet/convnet';
import { ProgramError } from '@convnet/convnet/node';
import {
  DIGIT_CLASS_NAMES,
  imageToDigit,
  imageToDigits,
  ImageError,
  inverted,
  type PixelBox,
} from '@convnet/mnist-io';
import type { RawImage } from '@convnet/mnist-io/node';
import { loadDigitDetector, type DigitDetector } from './digit-detector.ts';
import { pictures, readPicture } from './picture.ts';

/** Something to classify in a picture. */
export interface Subject {
  readonly image: RawImage;
  readonly box?: PixelBox;
  /** How probable it is that it is a digit at all, where digits are read. */
  readonly digitProbability?: number;
}

/** Makes images of a picture, as the network saw images in training. */
export type PictureReader = (file: string) => Promise<Subject[]>;

/**
 * Every digit in a picture, or, for other classes, all its ink as one image.
 * @param detector - tells digits from other ink, where the classes are digits.
 */
const readInk = async (file: string, detector: DigitDetector | undefined): Promise<Subject[]> => {
  const picture = await readPicture(file);
  try {
    const found = detector ? imageToDigits(picture) : [imageToDigit(picture, { joinPieces: true })];
    return found.map(({ pixels, inkBox: box }) => ({
      image: { height: 28, width: 28, channels: 1, pixels },
      box,
      ...(detector && { digitProbability: detector(pixels) }),
    }));
  } catch (error) {
    if (!isErrorNamed<ImageError>(error, 'ImageError')) throw error;
    throw new ImageError(`${file}: ${error.message}`, { cause: error });
  }
};

/**
 * How a network wants its pictures: fitted, where it was trained on pictures; else as digits are found.
 * @throws ProgramError if it takes no images, or images of another size that nobody says how to make.
 */
export async function readerFor(
  modelFile: string,
  { inputShape, outputShape, info }: Model,
): Promise<PictureReader> {
  const [height = 0, width = 0, channels = 0] = inputShape;
  const isForImages = inputShape.length === 3 && channels <= 4 && outputShape.length === 1;
  if (!isForImages) {
    throw new ProgramError(
      'badData',
      `${modelFile}: expected a network from images [height, width, channels] to classes; received one from ${formatShape(inputShape)} to ${formatShape(outputShape)}.`,
    );
  }
  const { fit, invert = false } = info.preprocessing ?? {};
  const { classNames = DIGIT_CLASS_NAMES } = info;
  if (fit === undefined && inputShape.join() === '28,28,1') {
    const areDigits = classNames.join() === DIGIT_CLASS_NAMES.join();
    const detector = areDigits ? await loadDigitDetector() : undefined;
    return (file) => readInk(file, detector);
  }
  const shape = { height, width, channels };
  return async (file) => {
    const pixels = await pictures.read(file, shape, fit ?? 'letterbox');
    return [{ image: { ...shape, pixels: invert ? inverted(pixels, channels) : pixels } }];
  };
}
