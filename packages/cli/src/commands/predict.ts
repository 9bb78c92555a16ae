/** `convnet predict`: says what pictures show. */
import {
  formatShape,
  isErrorNamed,
  predictedClasses,
  printable,
  type Model,
  type Preprocessing,
} from '@convnet/convnet';
import { loadModel, ProgramError } from '@convnet/convnet/node';
import {
  DIGIT_CLASS_NAMES,
  imageToDigit,
  imageToDigits,
  ImageError,
  ImageSamples,
  inverted,
  type PixelBox,
} from '@convnet/mnist-io';
import type { RawImage } from '@convnet/mnist-io/node';
import { loadDigitDetector, type DigitDetector } from '../digit-detector.ts';
import { blockPreview } from '../display/block-preview.ts';
import { count, percent } from '../display/format.ts';
import { Output, type OutputOptions } from '../display/output.ts';
import { explain } from '../explain-error.ts';
import { modelPath } from '../model-path.ts';
import { pictures, readPicture } from '../picture.ts';

/** Options of the command. */
export interface PredictOptions extends OutputOptions {
  readonly model?: string;
}

/** Characters of a probability of 1. */
const BAR_LENGTH = 30;

/** From here on ink is said to be a digit. */
const LEAST_DIGIT = 0.5;

/** Most classes that get a bar; the likeliest of more. */
const MOST_BARS = 10;

interface Prediction {
  readonly file: string;
  /** Where it is in the picture, in pixels; of a picture that is seen as a whole, there is none. */
  readonly box?: PixelBox | undefined;
  /** Whether it is a digit rather than other ink; not there if the classes are no digits. */
  readonly isDigit?: boolean;
  /** How probable that is, 0 to 1. */
  readonly digitProbability?: number;
  /** What it is, or is most like. */
  readonly className: string;
  /** How probable it is that it is that one, and a digit at all where digits are read. */
  readonly probability: number;
  /** How probable each class is, if it is one of them. */
  readonly probabilities: Record<string, number>;
}

/** A picture that could not be read. */
interface Failure {
  readonly file: string;
  readonly error: string;
}

/** Something to classify in a picture. */
interface Subject {
  readonly image: RawImage;
  readonly box?: PixelBox;
  /** How probable it is that it is a digit at all, where digits are read. */
  readonly digitProbability?: number;
}

/** Makes images of a picture, as the network saw images in training. */
type ImageReader = (file: string) => Promise<Subject[]>;

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
async function readerFor(
  modelFile: string,
  { inputShape, outputShape, info }: Model,
): Promise<ImageReader> {
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

function classify(model: Model, file: string, subject: Subject): Prediction {
  const { image, box, digitProbability } = subject;
  const { preprocessing, classNames } = model.info;
  const samples = new ImageSamples({
    ...image,
    ...(preprocessing && { normalization: normalizationOf(preprocessing) }),
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
  return {
    file,
    ...(box && { box }),
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

const normalizationOf = ({ mean, standardDeviation }: Preprocessing) => ({
  mean,
  standardDeviation,
});

const placeOf = ({ left, top, width, height }: PixelBox): string =>
  `at ${left}, ${top}: ${width} × ${height} pixels`;

function print(output: Output, prediction: Prediction, image: RawImage, place: string): void {
  const { bold, dim, green } = output.colors;
  const { file, isDigit, digitProbability, className, probability, probabilities } = prediction;
  const answer =
    isDigit === false
      ? `${bold('no digit')}  ${percent(1 - digitProbability!)}  (most like ${printable(className)})`
      : `${bold(printable(className))}  ${percent(probability)}`;
  output.result(`${printable(file)}: ${answer}${place && dim(`  ${place}`)}`);
  const all = Object.entries(probabilities);
  const shown =
    all.length <= MOST_BARS ? all : all.sort(([, a], [, b]) => b - a).slice(0, MOST_BARS);
  const width = Math.max(...shown.map(([name]) => printable(name).length));
  const bars = shown.map(([name, share]) => {
    const bar = '█'.repeat(Math.round(share * BAR_LENGTH)).padEnd(BAR_LENGTH, '·');
    const line = `${printable(name).padEnd(width)}  ${bar}  ${percent(share).padStart(8)}`;
    return name === className ? green(line) : line;
  });
  const preview = blockPreview(image);
  const head = 'what the network sees'.padEnd(image.width);
  output.info('', dim(`  ${head}   what it thinks`));
  const indent = Math.max(0, Math.floor((preview.length - bars.length) / 2));
  const lines = Math.max(preview.length, indent + bars.length);
  for (let line = 0; line < lines; line++) {
    const row = (preview[line] ?? '').padEnd(head.length);
    output.info(`  ${row}   ${bars[line - indent] ?? ''}`.trimEnd());
  }
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
  const readImage = await readerFor(modelFile, model);
  output.info(
    `${output.colors.bold('convnet predict')}  model ${printable(`${modelFile} (${model.name})`)}`,
    '',
  );
  const predictions: Prediction[] = [];
  const failures: Failure[] = [];
  let last: unknown;
  for (const file of files) {
    signal.throwIfAborted();
    let subjects: Subject[];
    try {
      subjects = await readImage(file);
    } catch (error) {
      const explained = explain(error);
      // The only picture's error is the command's own.
      if (!explained || files.length === 1) throw error;
      failures.push({ file, error: explained.message });
      output.warn(`error: ${printable(explained.message)}`);
      last = error;
      continue;
    }
    const { length } = subjects;
    if (length > 1) output.info(`${printable(file)}: ${length} pieces of ink`);
    for (const [i, subject] of subjects.entries()) {
      const prediction = classify(model, file, subject);
      predictions.push(prediction);
      const isOneOfSeveral = length > 1 && subject.box;
      const place = isOneOfSeveral ? `${i + 1} of ${length}, ${placeOf(isOneOfSeveral)}` : '';
      print(output, prediction, subject.image, place);
    }
  }
  output.json({ command: 'predict', model: modelFile, predictions, failures });
  if (failures.length > 0) {
    throw new ProgramError(
      'badData',
      `expected ${count(files.length)} pictures; ${count(failures.length)} of them could not be read, as told above.`,
      { cause: last },
    );
  }
}
