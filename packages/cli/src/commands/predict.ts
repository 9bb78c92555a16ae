/** `convnet predict`: reads the digits in pictures. */
import {
  formatShape,
  predictedClasses,
  type Model,
  printable,
  isErrorNamed,
} from '@convnet/convnet';
import { loadModel, ProgramError } from '@convnet/convnet/node';
import {
  DIGIT_CLASS_NAMES,
  imageToDigit,
  imageToDigits,
  ImageError,
  ImageSamples,
  type DigitImage,
  type PixelBox,
} from '@convnet/mnist-io';
import { loadDigitDetector, type DigitDetector } from '../digit-detector.ts';
import { digitPreview } from '../display/digit-preview.ts';
import { percent } from '../display/format.ts';
import { Output, type OutputOptions } from '../display/output.ts';
import { modelPath } from '../model-path.ts';
import { readPicture } from '../picture.ts';

/** Options of the command. */
export interface PredictOptions extends OutputOptions {
  readonly model?: string;
}

/** Characters of a probability of 1. */
const BAR_LENGTH = 30;

/** From here on ink is said to be a digit. */
const LEAST_DIGIT = 0.5;

interface Prediction {
  readonly file: string;
  /** Where it is in the picture, in pixels. */
  readonly box: PixelBox;
  /** Whether it is a digit rather than other ink; not there if the classes are no digits. */
  readonly isDigit?: boolean;
  /** How probable that is, 0 to 1. */
  readonly digitProbability?: number;
  /** What it is, or is most like. */
  readonly className: string;
  /** How probable it is that it is a digit, and that one. */
  readonly probability: number;
  /** How probable each class is, if it is one of them. */
  readonly probabilities: Record<string, number>;
}

/** What is in a picture: every digit, or, for other classes, all ink as one image. */
async function readImages(file: string, areDigits: boolean): Promise<DigitImage[]> {
  const picture = await readPicture(file);
  try {
    return areDigits ? imageToDigits(picture) : [imageToDigit(picture, { joinPieces: true })];
  } catch (error) {
    if (!isErrorNamed<ImageError>(error, 'ImageError')) throw error;
    throw new ImageError(`${file}: ${error.message}`, { cause: error });
  }
}

function classify(
  model: Model,
  file: string,
  { pixels, inkBox }: DigitImage,
  detector: DigitDetector | undefined,
): Prediction {
  const { preprocessing: normalization, classNames } = model.info;
  const samples = new ImageSamples({
    pixels,
    height: 28,
    width: 28,
    ...(normalization && { normalization }),
  });
  const predictions = model.predict(samples);
  const probabilities = [...predictions.data];
  const names = classNames ?? probabilities.map((_, k) => String(k));
  const best = predictedClasses(predictions)[0]!;
  if (best < 0) {
    throw new ProgramError(
      'badData',
      `${file}: expected probabilities; the model gives NaN. Train it again.`,
    );
  }
  const digitProbability = detector?.(pixels);
  return {
    file,
    box: inkBox,
    ...(digitProbability !== undefined && {
      isDigit: digitProbability >= LEAST_DIGIT,
      digitProbability,
    }),
    className: names[best]!,
    // P(digit and k) = P(digit) · P(k, if it is a digit)
    probability: (digitProbability ?? 1) * probabilities[best]!,
    probabilities: Object.fromEntries(names.map((name, k) => [name, probabilities[k]!])),
  };
}

const placeOf = ({ left, top, width, height }: PixelBox): string =>
  `at ${left}, ${top}: ${width} × ${height} pixels`;

function print(output: Output, prediction: Prediction, pixels: Uint8Array, place: string): void {
  const { bold, dim, green } = output.colors;
  const { file, isDigit, digitProbability, className, probability, probabilities } = prediction;
  const answer =
    isDigit === false
      ? `${bold('no digit')}  ${percent(1 - digitProbability!)}  (most like ${printable(className)})`
      : `${bold(printable(className))}  ${percent(probability)}`;
  output.result(`${printable(file)}: ${answer}${place && dim(`  ${place}`)}`);
  const bars = Object.entries(probabilities).map(([name, share]) => {
    const bar = '█'.repeat(Math.round(share * BAR_LENGTH)).padEnd(BAR_LENGTH, '·');
    const line = `${printable(name)}  ${bar}  ${percent(share).padStart(8)}`;
    return name === className ? green(line) : line;
  });
  const preview = digitPreview(pixels);
  output.info('', dim(`  ${'what the network sees'.padEnd(28)}   what it thinks`));
  for (const [i, row] of preview.entries())
    output.info(`  ${row}   ${bars[i - 2] ?? ''}`.trimEnd());
  output.info('');
}

/** Runs the command. */
export async function predict(
  files: readonly string[],
  options: PredictOptions,
  signal: AbortSignal,
): Promise<void> {
  const output = new Output(options);
  const modelFile = await modelPath(options.model);
  const model = await loadModel(modelFile);
  if (model.inputShape.join() !== '28,28,1' || model.outputShape.length !== 1) {
    throw new ProgramError(
      'badData',
      `${modelFile}: expected a network for 28 × 28 grey images; received one from ${formatShape(model.inputShape)} to ${formatShape(model.outputShape)}.`,
    );
  }
  output.info(
    `${output.colors.bold('convnet predict')}  model ${printable(`${modelFile} (${model.name})`)}`,
    '',
  );
  const names = model.info.classNames ?? DIGIT_CLASS_NAMES;
  const areDigits = names.join() === DIGIT_CLASS_NAMES.join();
  const detector = areDigits ? await loadDigitDetector() : undefined;
  const predictions: Prediction[] = [];
  for (const file of files) {
    const images = await readImages(file, areDigits);
    signal.throwIfAborted();
    if (images.length > 1) output.info(`${printable(file)}: ${images.length} pieces of ink`);
    for (const [i, image] of images.entries()) {
      const prediction = classify(model, file, image, detector);
      predictions.push(prediction);
      const place =
        images.length > 1 ? `${i + 1} of ${images.length}, ${placeOf(image.inkBox)}` : '';
      print(output, prediction, image.pixels, place);
    }
  }
  output.json({ command: 'predict', model: modelFile, predictions });
}
