/** `convnet predict`: says what pictures show. */
import { predictedClasses, printable, type Model } from '@convnet/convnet';
import { loadModel, ProgramError } from '@convnet/convnet/node';
import { count } from '../display/format.ts';
import { Output, type OutputOptions } from '../display/output.ts';
import { placeOf, printPrediction, type Prediction } from '../display/prediction.ts';
import { explain } from '../explain-error.ts';
import { samplesFor } from '../images.ts';
import { modelPath } from '../model-path.ts';
import { readerFor, type Subject } from '../picture-reader.ts';

/** Options of the command. */
export interface PredictOptions extends OutputOptions {
  readonly model?: string;
}

/** From here on ink is said to be a digit. */
const LEAST_DIGIT = 0.5;

/** A picture that could not be read. */
interface Failure {
  readonly file: string;
  readonly error: string;
}

function classify(model: Model, file: string, subject: Subject): Prediction {
  const { image, box, digitProbability } = subject;
  const { preprocessing, classNames } = model.info;
  const predictions = model.predict(samplesFor(image, preprocessing));
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

/** Runs the command. */
export async function predict(
  files: readonly string[],
  options: PredictOptions,
  signal: AbortSignal,
): Promise<void> {
  const output = new Output(options);
  const modelFile = await modelPath(options.model);
  const model = await loadModel(modelFile);
  const readPicture = await readerFor(modelFile, model);
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
      subjects = await readPicture(file);
    } catch (error) {
      const explained = explain(error);
      // The only picture's error is the command's own.
      if (!explained || files.length === 1) throw error;
      failures.push({ file, error: explained.message });
      output.warn(`error: ${explained.message}`);
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
      printPrediction(output, prediction, subject.image, place);
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
