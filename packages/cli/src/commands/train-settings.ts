/** The settings of `convnet train`. */
import { ProgramError } from '@convnet/convnet/node';
import {
  adam,
  cosineDecay,
  presets,
  sgd,
  type Optimizer,
  type PresetName,
  type TrainingSettings,
} from '@convnet/convnet';
import { augmentations, type AugmentationName } from '@convnet/mnist-io';
import { backendSettings } from '../backend.ts';
import { dataSettings, pictureSettings } from '../images.ts';
import { batchSize, positiveNumber, share, wholeNumber } from '../option-values.ts';
import { setting, type Values } from '../settings.ts';

/** How to train; what is missing is the preset's. */
export const trainingSettings = {
  model: setting<PresetName>({
    flags: '-m, --model <name>',
    help: 'network to train',
    choices: Object.keys(presets),
    fallback: 'simple',
    row: ['model', (name) => `${name}: ${presets[name].description}`],
  }),
  epochs: setting<number | undefined>({
    flags: '-e, --epochs <n>',
    help: "passes over the training images (default: the model's)",
    parse: wholeNumber(1),
    row: ['epochs', String],
  }),
  batchSize: setting<number | 'full' | undefined>({
    flags: '-b, --batch-size <n>',
    help: "images per step, or 'full' (default: the model's)",
    parse: batchSize,
    row: ['batch size', String],
  }),
  optimizer: setting<TrainingSettings['optimizer'] | undefined>({
    flags: '--optimizer <name>',
    help: "how weights follow their gradient (default: the model's)",
    choices: ['adam', 'sgd'],
    row: [
      'optimizer',
      (name, { momentum }) => (name === 'sgd' ? `sgd, momentum ${String(momentum)}` : String(name)),
    ],
  }),
  learningRate: setting<number | undefined>({
    flags: '--lr <rate>',
    help: "learning rate (default: the optimizer's)",
    parse: positiveNumber,
    row: ['learning rate', (rate, { schedule }) => `${String(rate)}, ${String(schedule)}`],
  }),
  momentum: setting<number | undefined>({
    flags: '--momentum <share>',
    help: 'share of the last step that sgd repeats',
    parse: share,
  }),
  schedule: setting<TrainingSettings['schedule'] | undefined>({
    flags: '--schedule <name>',
    help: "course of the learning rate (default: the model's)",
    choices: ['cosine', 'constant'],
  }),
  clipNorm: setting<number | undefined>({
    flags: '--clip-norm <length>',
    help: 'largest length of the gradient (default: none)',
    parse: positiveNumber,
    row: ['gradient clipping', (norm) => (norm === undefined ? 'none' : `norm ${norm}`)],
  }),
  augment: setting<AugmentationName>({
    flags: '--augment <name>',
    help: 'how much to vary the training images, anew in each epoch',
    choices: Object.keys(augmentations),
    fallback: 'none',
    row: ['augmentation', String],
  }),
  validationSplit: setting<number>({
    flags: '--validation-split <share>',
    help: 'share of the training images to validate with',
    parse: share,
    fallback: 0,
    row: ['validation split', String],
  }),
};

/** Where to save. */
export const saveSettings = {
  output: setting<string | undefined>({
    flags: '-o, --output <file>',
    help: "where to save (default: in the user's state folder)",
    row: ['output', (file) => file ?? "in the user's state folder"],
  }),
};

/** All settings, in the order of the table. */
export const trainSettings = {
  ...trainingSettings,
  ...backendSettings,
  ...dataSettings,
  ...pictureSettings,
  ...saveSettings,
};

/** Learning rates belong to their optimizers: these are for one that is not the preset's. */
const USUAL = {
  adam: { learningRate: 0.001, momentum: 0 },
  sgd: { learningRate: 0.1, momentum: 0 },
} as const;

/** The settings that were asked for, and those of the preset for the rest. */
export function completed(given: Values<typeof trainSettings>) {
  const { training } = presets[given.model];
  const { optimizer = training.optimizer } = given;
  if (optimizer === 'adam' && given.momentum !== undefined) {
    throw new ProgramError('usage', '--momentum belongs to sgd. Add --optimizer sgd.');
  }
  const usual = optimizer === training.optimizer ? {} : USUAL[optimizer];
  return { ...training, ...usual, ...given };
}

/** All settings, of which none is left to the preset. */
export type CompletedSettings = ReturnType<typeof completed>;

/** The optimizer for this number of training images. */
export function optimizerFor(settings: CompletedSettings, trainingCount: number): Optimizer {
  const { epochs, learningRate, momentum, schedule, clipNorm } = settings;
  const size = settings.batchSize === 'full' ? trainingCount : settings.batchSize;
  const decaySteps = epochs * Math.ceil(trainingCount / size);
  const rate = schedule === 'cosine' ? cosineDecay({ learningRate, decaySteps }) : learningRate;
  const shared = { learningRate: rate, globalClipNorm: clipNorm };
  return settings.optimizer === 'adam' ? adam(shared) : sgd({ ...shared, momentum });
}
