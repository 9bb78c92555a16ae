/** `convnet train`: trains a preset network and saves it with its test accuracy. */
import {
  createPreset,
  type NonFiniteError,
  terminateOnNaN,
  type Model,
  isErrorNamed,
} from '@convnet/convnet';
import { ProgramError, saveModel, trainedModelFile } from '@convnet/convnet/node';
import { augmentations, augmented, DIGIT_CLASS_NAMES, type ImageDataset } from '@convnet/mnist-io';
import { kernelsFor, usedBackend } from '../backend.ts';
import { confusionOf } from '../confusion-of.ts';
import { count, definitions } from '../display/format.ts';
import { Output, type OutputOptions } from '../display/output.ts';
import { printTestReport } from '../display/test-report.ts';
import { TrainingProgress } from '../display/training-progress.ts';
import { imagesFor } from '../images.ts';
import { checkOutput } from '../output-file.ts';
import { settingRows, settingsDocument, type Values } from '../settings.ts';
import {
  completed,
  optimizerFor,
  trainSettings,
  type CompletedSettings,
} from './train-settings.ts';

/** Options of the command. */
export interface TrainOptions extends OutputOptions, Values<typeof trainSettings> {
  readonly dryRun?: boolean;
}

async function trainOn(
  train: ImageDataset,
  model: Model,
  settings: CompletedSettings,
  output: Output,
  signal: AbortSignal,
): Promise<TrainingProgress> {
  const { epochs, batchSize, validationSplit, augment, seed } = settings;
  const trainingCount = Math.floor(train.size * (1 - validationSplit));
  model.compile({
    optimizer: optimizerFor(settings, trainingCount),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
  });
  const images =
    augment === 'none' ? train.images : augmented(train.images, augmentations[augment], { seed });
  const progress = new TrainingProgress(output, epochs);
  try {
    await model.fit(images, train.labels, {
      epochs,
      batchSize,
      validationSplit,
      callbacks: [progress, terminateOnNaN()],
      signal,
    });
  } catch (error) {
    throw isErrorNamed<NonFiniteError>(error, 'NonFiniteError')
      ? divergence(error, progress)
      : error;
  } finally {
    progress.stop();
  }
  return progress;
}

/** That the training has gone astray, and where. */
function divergence(error: NonFiniteError, { last }: TrainingProgress): ProgramError {
  const { epoch, loss, samplesSeen } = last;
  const { found } = error;
  const what =
    found && Number.isFinite(loss)
      ? `the ${found.tensor} of layer "${found.layer}" is ${found.value}`
      : `the loss is ${loss}`;
  return new ProgramError(
    'diverged',
    `training diverged: ${what} after ${count(samplesSeen)} images of epoch ${epoch}; nothing was saved. Lower --lr, or add --clip-norm 1.`,
    { cause: error },
  );
}

/** Runs the command. */
export async function train(options: TrainOptions, signal: AbortSignal): Promise<void> {
  const output = new Output(options);
  const settings = completed(options);
  const kernels = kernelsFor(options);
  const file = options.output ?? trainedModelFile(options.model);
  const used = { ...settings, ...usedBackend(kernels), output: file };
  const rows = settingRows(trainSettings, used);
  const document = settingsDocument(trainSettings, used);
  output.info(output.colors.bold('convnet train'), ...definitions(rows));
  if (options.dryRun) {
    output.info('', 'dry run: nothing was trained');
    output.json({ command: 'train', dryRun: true, settings: document });
    return;
  }
  await checkOutput(file, { makesFolder: options.output === undefined });
  const { train: training, test, origin } = await imagesFor(options, output, signal);
  const images = `${count(training.size)} training and ${count(test.size)} test images`;
  output.info('', `data: ${origin.explanation}; ${images}`, '');

  const { classNames } = training;
  const { model: preset, seed } = settings;
  const model = createPreset(preset, { seed, kernels, classCount: classNames.length });
  const progress = await trainOn(training, model, settings, output, signal);
  const { normalization } = training.images;
  model.info = {
    classNames,
    preprocessing: normalization,
    trainedOn: origin.kind,
  };
  const matrix = await confusionOf(model, test, signal);
  model.info = { ...model.info, testAccuracy: matrix.accuracy };
  await saveModel(model, file);

  printTestReport(output, matrix, classNames);
  const areDigits = classNames.join() === DIGIT_CLASS_NAMES.join();
  const drawing: [string, string] = ['draw digits in a browser', 'npx nx run server:serve'];
  output.info(
    `model saved to ${file}`,
    '',
    'what to try next:',
    ...definitions([
      ...(areDigits ? [drawing] : []),
      ['read a picture', 'npx nx run cli:predict -- picture.png'],
      ['a deeper network', 'npx nx run cli:train --model lenet5'],
    ]),
  );
  output.json({
    command: 'train',
    settings: document,
    data: { ...origin, training: training.size, test: test.size },
    epochs: progress.records,
    test: { accuracy: matrix.accuracy, perClass: matrix.perClass, confusion: matrix.counts },
    model: file,
  });
}
