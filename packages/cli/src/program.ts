/** The command line: verbs, flags and their help. */
import { presets } from '@convnet/convnet';
import { augmentations } from '@convnet/mnist-io';
import { Command, Option } from 'commander';
import { version } from '../package.json';
import { backends } from './backend.ts';
import { registerDataCommands } from './commands/data/register.ts';
import { evaluate, type EvaluateOptions } from './commands/evaluate.ts';
import { predict, type PredictOptions } from './commands/predict.ts';
import { train, type TrainOptions } from './commands/train.ts';
import { datasetNames, datasetOption } from './dataset-choice.ts';
import {
  accuracy,
  batchSize,
  kebabCaseOptions,
  positiveNumber,
  share,
  wholeNumber,
} from './option-values.ts';
import { addExamples, addOutputOptions } from './shared-options.ts';

function addDataOptions(command: Command): Command {
  return command
    .option(
      '--dataset <name>',
      `data: auto is MNIST if it can be had, else generated digits; generated; or ${datasetNames}`,
      datasetOption,
      'auto',
    )
    .option('--data-dir <folder>', 'folder that holds the data set')
    .option('--limit <n>', 'at most n training and n test images', wholeNumber(1))
    .option('--seed <n>', 'root of all random numbers', wholeNumber(0), 1);
}

function addBackendOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--backend <name>', 'arithmetic: the fastest that runs here, or one of the three')
        .choices(backends)
        .default('auto'),
    )
    .option(
      '--threads <n>',
      'threads to compute with, 1 to 32; results do not depend on it (default: one for each core, at most 8)',
      wholeNumber(1, 32),
    );
}

/** The program; `signal` ends a training or a download. */
export function createProgram(signal: AbortSignal): Command {
  const program = new Command('convnet')
    .description('Train, evaluate and use convolutional networks.')
    .version(version)
    .helpCommand(false);

  const trainCommand = program
    .command('train')
    .description('train a network and save it with its test accuracy')
    .addOption(
      new Option('-m, --model <name>', 'network to train')
        .choices(Object.keys(presets))
        .default('simple'),
    )
    .option(
      '-e, --epochs <n>',
      "passes over the training images (default: the model's)",
      wholeNumber(1),
    )
    .option('-b, --batch-size <n>', "images per step, or 'full' (default: the model's)", batchSize)
    .addOption(
      new Option(
        '--optimizer <name>',
        "how weights follow their gradient (default: the model's)",
      ).choices(['adam', 'sgd']),
    )
    .option('--lr <rate>', "learning rate (default: the optimizer's)", positiveNumber)
    .option('--momentum <share>', 'share of the last step that sgd repeats', share)
    .addOption(
      new Option('--schedule <name>', "course of the learning rate (default: the model's)").choices(
        ['cosine', 'constant'],
      ),
    )
    .option(
      '--clip-norm <length>',
      'largest length of the gradient (default: none)',
      positiveNumber,
    )
    .addOption(
      new Option('--augment <name>', 'how much to vary the training images, anew in each epoch')
        .choices(Object.keys(augmentations))
        .default('none'),
    )
    .option('--validation-split <share>', 'share of the training images to validate with', share, 0)
    .option('-o, --output <file>', "where to save (default: in the user's state folder)")
    .option('--dry-run', 'print the settings and stop');
  addOutputOptions(addDataOptions(addBackendOptions(trainCommand))).action(
    (options: TrainOptions) => train(options, signal),
  );
  addExamples(trainCommand, [
    'convnet train',
    'convnet train --model lenet5 --epochs 10 -o digits.safetensors',
  ]);

  const evaluateCommand = program
    .command('evaluate')
    .description('test a saved network')
    .option('-m, --model <file>', 'model file, or name of a trained network (default: the newest)')
    .option('--min-accuracy <share>', 'fail below this accuracy, such as 0.98', accuracy);
  addOutputOptions(addDataOptions(addBackendOptions(evaluateCommand))).action(
    (options: EvaluateOptions) => evaluate(options, signal),
  );
  addExamples(evaluateCommand, [
    'convnet evaluate',
    'convnet evaluate --model lenet5 --dataset mnist --min-accuracy 0.98',
  ]);

  const predictCommand = program
    .command('predict')
    .description('read the digits in pictures')
    .argument('<image...>', "PNG or JPEG files; '-' is standard input")
    .option('-m, --model <file>', 'model file, or name of a trained network (default: the newest)');
  addOutputOptions(predictCommand).action((files: string[], options: PredictOptions) =>
    predict(files, options),
  );
  addExamples(predictCommand, [
    'convnet predict seven.png',
    'convnet predict --model lenet5 --json *.jpg',
  ]);
  registerDataCommands(program, signal);
  return program;
}

/** A command and all below it. */
export function allCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(allCommands)];
}

/** `args` with every known option in the spelling that commander knows. */
export function normalizeArguments(program: Command, args: readonly string[]): string[] {
  const options = allCommands(program).flatMap((command) => command.options);
  return kebabCaseOptions(args, new Set(options.map(({ long }) => long ?? '')));
}
