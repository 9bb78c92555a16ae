/** The command line: verbs, flags and their help. */
import { Command } from 'commander';
import { version } from '../package.json';
import { backendSettings } from './backend.ts';
import { registerDataCommands } from './commands/data/register.ts';
import { evaluate, gateSettings, type EvaluateOptions } from './commands/evaluate.ts';
import { predict, type PredictOptions } from './commands/predict.ts';
import { saveSettings, trainingSettings } from './commands/train-settings.ts';
import { train, type TrainOptions } from './commands/train.ts';
import { dataSettings, pictureSettings } from './images.ts';
import { kebabCaseOptions } from './option-values.ts';
import { addSettings } from './settings.ts';
import { addExamples, addOutputOptions } from './shared-options.ts';

/** The program; `signal` ends what a command does. */
export function createProgram(signal: AbortSignal): Command {
  const program = new Command('convnet')
    .description('Train, evaluate and use convolutional networks.')
    .version(version)
    .helpCommand(false);

  const trainCommand = program
    .command('train')
    .description('train a network and save it with its test accuracy');
  addSettings(trainCommand, { ...trainingSettings, ...saveSettings });
  trainCommand.option('--dry-run', 'print the settings and stop');
  addSettings(trainCommand, { ...backendSettings, ...dataSettings, ...pictureSettings });
  addOutputOptions(trainCommand).action((options: TrainOptions) => train(options, signal));
  addExamples(trainCommand, [
    'convnet train',
    'convnet train --model lenet5 --epochs 10 -o digits.safetensors',
    'convnet train --data photos/ --model cnn',
  ]);

  const evaluateCommand = program
    .command('evaluate')
    .description('test a saved network')
    .option('-m, --model <file>', 'model file, or name of a trained network (default: the newest)');
  addSettings(evaluateCommand, { ...gateSettings, ...backendSettings, ...dataSettings });
  addOutputOptions(evaluateCommand).action((options: EvaluateOptions) => evaluate(options, signal));
  addExamples(evaluateCommand, [
    'convnet evaluate',
    'convnet evaluate --model lenet5 --data mnist --min-accuracy 0.98',
  ]);

  const predictCommand = program
    .command('predict')
    .description('say what pictures show')
    .argument('<image...>', "PNG, JPEG, WebP, GIF or BMP files; '-' is standard input")
    .option('-m, --model <file>', 'model file, or name of a trained network (default: the newest)');
  addOutputOptions(predictCommand).action((files: string[], options: PredictOptions) =>
    predict(files, options, signal),
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
