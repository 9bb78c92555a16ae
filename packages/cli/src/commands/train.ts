/** `convnet train`: trains a preset network and saves it with its test accuracy. */
import {
  createPreset,
  formatShape,
  type NonFiniteError,
  type PresetName,
  type PresetOptions,
  type ShapeError,
  terminateOnNaN,
  type Model,
  isErrorNamed,
} from '@convnet/convnet';
import { ProgramError, saveModel, trainedModelFile } from '@convnet/convnet/node';
import { augmentations, augmented, DIGIT_CLASS_NAMES } from '@convnet/mnist-io';
import { kernelsFor, usedBackend } from '../backend.ts';
import { confusionOf } from '../confusion-of.ts';
import { count, definitions } from '../display/format.ts';
import { Output, type OutputOptions } from '../display/output.ts';
import { printTestReport } from '../display/test-report.ts';
import { TrainingProgress } from '../display/training-progress.ts';
import { imagesFor, preprocessingOf, setOf, type Images } from '../images.ts';
import { fileForTraining } from '../model-path.ts';
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
  images: Images,
  model: Model,
  settings: CompletedSettings,
  output: Output,
  signal: AbortSignal,
): Promise<TrainingProgress> {
  const { epochs, batchSize, validationSplit, augment, seed } = settings;
  const { validation } = images;
  const train = setOf(images, 'train');
  const trainingCount = Math.floor(train.size * (1 - validationSplit));
  model.compile({
    optimizer: optimizerFor(settings, trainingCount),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
  });
  const samples =
    augment === 'none' ? train.images : augmented(train.images, augmentations[augment], { seed });
  const progress = new TrainingProgress(output, epochs);
  try {
    await model.fit(samples, train.labels, {
      epochs,
      batchSize,
      // A share that was asked for goes before a set that happens to be there.
      ...(validation && validationSplit === 0
        ? { validationData: [validation.images, validation.labels] }
        : { validationSplit }),
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

/** @throws ProgramError if the images are too small for the network. */
function networkFor(preset: PresetName, options: PresetOptions): Model {
  try {
    return createPreset(preset, options);
  } catch (error) {
    if (!isErrorNamed<ShapeError>(error, 'ShapeError')) throw error;
    throw new ProgramError(
      'badData',
      `--model ${preset}: expected larger images than ${formatShape(options.inputShape!)}; ${error.message} Choose another --model, or a larger --size.`,
      { cause: error },
    );
  }
}

/** Runs the command. */
export async function train(options: TrainOptions, signal: AbortSignal): Promise<void> {
  const output = new Output(options);
  const settings = completed(options);
  const kernels = kernelsFor(options);
  const used = { ...settings, ...usedBackend(kernels) };
  const rows = settingRows(trainSettings, used);
  const document = settingsDocument(trainSettings, used);
  output.info(output.colors.bold('convnet train'), ...definitions(rows));
  if (options.dryRun) {
    output.info('', 'dry run: nothing was trained');
    output.json({ command: 'train', dryRun: true, settings: document });
    return;
  }
  // What the file is called depends on the data; whether its folder can be written to does not.
  const makesFolder = options.output === undefined;
  await checkOutput(options.output ?? trainedModelFile(settings.model), { makesFolder });
  const loaded = await imagesFor(options, output, signal);
  const { origin } = loaded;
  const [training, test] = [setOf(loaded, 'train'), setOf(loaded, 'test')];
  const counts = [
    `${count(training.size)} training`,
    ...(loaded.validation ? [`${count(loaded.validation.size)} validation`] : []),
    `and ${count(test.size)} test images`,
  ];
  output.info(
    '',
    `data: ${origin.explanation}; ${counts.join(loaded.validation ? ', ' : ' ')}`,
    '',
  );

  const { classNames } = training;
  const { model: preset, seed } = settings;
  const inputShape = training.images.sampleShape;
  const model = networkFor(preset, { seed, kernels, classCount: classNames.length, inputShape });
  const file = options.output ?? (await fileForTraining(preset, origin.kind, model, classNames));
  const progress = await trainOn(loaded, model, settings, output, signal);
  model.info = {
    classNames,
    preprocessing: preprocessingOf(training, loaded),
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
