/** `convnet train`: trains a preset network and saves it with its test accuracy. */
import {
  adam,
  cosineDecay,
  createPreset,
  presets,
  sgd,
  type Kernels,
  type Optimizer,
  type PresetName,
  type Model,
  type TrainingSettings,
} from '@convnet/convnet';
import { saveModel, trainedModelFile } from '@convnet/convnet/node';
import {
  augmentations,
  augmented,
  DIGIT_CLASS_NAMES,
  type AugmentationName,
} from '@convnet/mnist-io';
import type { LoadedDataset } from '@convnet/mnist-io/node';
import { kernelRows, kernelsFor, type BackendOptions } from '../backend.ts';
import { digitsFor, type DigitsOptions } from '../digits.ts';
import { count, definitions } from '../display/format.ts';
import { Output, type OutputOptions } from '../display/output.ts';
import { printTestReport } from '../display/test-report.ts';
import { TrainingProgress } from '../display/training-progress.ts';
import { CommandError } from '../command-error.ts';
import { checkOutput } from '../output-file.ts';
import { stopWhenDiverged } from '../stop-when-diverged.ts';
import { testOn } from '../test-on.ts';

/** Options of the command; those of the training default to the preset's. */
export interface TrainOptions extends DigitsOptions, OutputOptions, BackendOptions {
  readonly model: PresetName;
  readonly epochs?: number;
  readonly batchSize?: number | 'full';
  readonly optimizer?: TrainingSettings['optimizer'];
  readonly lr?: number;
  readonly momentum?: number;
  readonly schedule?: TrainingSettings['schedule'];
  readonly clipNorm?: number;
  readonly augment: AugmentationName;
  readonly validationSplit: number;
  readonly output?: string;
  readonly dryRun?: boolean;
}

interface Settings extends Omit<TrainingSettings, 'batchSize'> {
  readonly batchSize: number | 'full';
  readonly clipNorm: number | undefined;
  readonly augment: AugmentationName;
  readonly validationSplit: number;
}

/** What was asked for, and the preset's settings for the rest. */
function effectiveSettings(options: TrainOptions): Settings {
  const { training } = presets[options.model];
  const optimizer = options.optimizer ?? training.optimizer;
  const isPresetOptimizer = optimizer === training.optimizer;
  // A learning rate belongs to its optimizer: another one starts from its own usual rate.
  const usualRate = { adam: 0.001, sgd: 0.1 }[optimizer];
  if (optimizer === 'adam' && options.momentum !== undefined) {
    throw new CommandError('usage', '--momentum belongs to sgd. Add --optimizer sgd.');
  }
  return {
    epochs: options.epochs ?? training.epochs,
    batchSize: options.batchSize ?? training.batchSize,
    optimizer,
    learningRate: options.lr ?? (isPresetOptimizer ? training.learningRate : usualRate),
    momentum: options.momentum ?? (isPresetOptimizer ? training.momentum : 0),
    schedule: options.schedule ?? training.schedule,
    clipNorm: options.clipNorm,
    augment: options.augment,
    validationSplit: options.validationSplit,
  };
}

function settingsRows(
  settings: Settings,
  options: TrainOptions,
  kernels: Kernels,
  file: string,
): [string, string][] {
  const { optimizer, learningRate, momentum, schedule } = settings;
  return [
    ['model', `${options.model}: ${presets[options.model].description}`],
    ['epochs', String(settings.epochs)],
    ['batch size', String(settings.batchSize)],
    ['optimizer', optimizer === 'sgd' ? `sgd, momentum ${momentum}` : optimizer],
    ['learning rate', `${learningRate}, ${schedule}`],
    ['gradient clipping', settings.clipNorm === undefined ? 'none' : `norm ${settings.clipNorm}`],
    ['augmentation', settings.augment],
    ['validation split', String(settings.validationSplit)],
    ...kernelRows(kernels),
    ['dataset', options.dataset],
    ['data folder', options.dataDir ?? 'not given'],
    ['limit', options.limit === undefined ? 'none' : `${count(options.limit)} images`],
    ['seed', String(options.seed)],
    ['output', file],
  ];
}

function makeOptimizer(settings: Settings, trainingCount: number): Optimizer {
  const { epochs, learningRate, momentum, clipNorm } = settings;
  const batchSize = settings.batchSize === 'full' ? trainingCount : settings.batchSize;
  const decaySteps = epochs * Math.ceil(trainingCount / batchSize);
  const rate =
    settings.schedule === 'cosine' ? cosineDecay({ learningRate, decaySteps }) : learningRate;
  const clipping = { globalClipNorm: clipNorm };
  return settings.optimizer === 'adam'
    ? adam({ learningRate: rate, ...clipping })
    : sgd({ learningRate: rate, momentum, ...clipping });
}

async function trainOn(
  digits: LoadedDataset,
  model: Model,
  settings: Settings,
  seed: number,
  output: Output,
  signal: AbortSignal,
): Promise<TrainingProgress> {
  const { train } = digits;
  const trainingCount = Math.floor(train.size * (1 - settings.validationSplit));
  model.compile({
    optimizer: makeOptimizer(settings, trainingCount),
    loss: 'sparseCategoricalCrossentropy',
  });
  const images =
    settings.augment === 'none'
      ? train.images
      : augmented(train.images, augmentations[settings.augment], { seed });
  const progress = new TrainingProgress(output, settings.epochs);
  try {
    await model.fit(images, train.labels, {
      epochs: settings.epochs,
      batchSize: settings.batchSize,
      validationSplit: settings.validationSplit,
      callbacks: [stopWhenDiverged(), progress],
      signal,
    });
  } finally {
    progress.stop();
  }
  return progress;
}

/** Runs the command. */
export async function train(options: TrainOptions, signal: AbortSignal): Promise<void> {
  const output = new Output(options);
  const settings = effectiveSettings(options);
  const kernels = kernelsFor(options);
  const file = options.output ?? trainedModelFile(options.model);
  const { model: name, dataset, dataDir, limit, seed } = options;
  const jsonSettings = {
    model: name,
    ...settings,
    backend: kernels.name,
    threads: kernels.threads,
    dataset,
    dataDir,
    limit,
    seed,
    output: file,
  };
  output.info(
    output.colors.bold('convnet train'),
    ...definitions(settingsRows(settings, options, kernels, file)),
  );
  if (options.dryRun) {
    output.info('', 'dry run: nothing was trained');
    output.json({ command: 'train', dryRun: true, settings: jsonSettings });
    return;
  }
  await checkOutput(file, { makesFolder: options.output === undefined });
  const digits = await digitsFor(options, output, signal);
  const { train: training, test, origin } = digits;
  const images = `${count(training.size)} training and ${count(test.size)} test images`;
  output.info('', `data: ${origin.explanation}; ${images}`, '');

  const { classNames } = training;
  const model = createPreset(options.model, { seed, kernels, classCount: classNames.length });
  const progress = await trainOn(digits, model, settings, seed, output, signal);
  const { normalization } = training.images;
  model.info = {
    classNames,
    preprocessing: normalization,
    trainedOn: origin.kind,
  };
  const matrix = testOn(model, test);
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
    settings: jsonSettings,
    data: { ...origin, training: training.size, test: test.size },
    epochs: progress.records,
    test: { accuracy: matrix.accuracy, perClass: matrix.perClass, confusion: matrix.counts },
    model: file,
  });
}
