/** The flags and the help of `convnet data convert`. */
import { DATASET_FORMATS, SET_NAMES } from '@convnet/mnist-io/node';
import { Option, type Command } from 'commander';
import { pictureSettings } from '../../images.ts';
import { addSettings } from '../../settings.ts';
import { addExamples, addOutputOptions } from '../../shared-options.ts';
import { convert, type ConvertOptions } from './convert.ts';

/** Adds the verb to `convnet data`; `signal` ends it. */
export function registerConvert(data: Command, signal: AbortSignal): void {
  const command = data
    .command('convert')
    .description(
      'convert a data set: IDX, folders of pictures, NumPy (.npz, .npy) and CSV into each other',
    )
    .argument('<input>', 'folder or file')
    .argument('<output>', 'folder or file to write')
    .addOption(
      new Option('--from <format>', 'format of the input (default: what it looks like)').choices(
        DATASET_FORMATS,
      ),
    )
    .addOption(
      new Option(
        '--to <format>',
        'format of the output (default: by its name; else IDX, and pictures from IDX)',
      ).choices(DATASET_FORMATS),
    )
    .option('--labels <file>', 'labels of an input that is a file of images')
    .addOption(
      new Option('--split <set>', 'the set to convert, or the name of an only set').choices(
        SET_NAMES,
      ),
    )
    .addOption(
      new Option('--order <order>', 'of pictures: class after class, or by the names of the files')
        .choices(['class', 'name'])
        .default('class'),
    )
    .option('--gzip', 'gzip IDX files in a folder; single files are by their name')
    .option(
      '--force',
      'overwrite an existing output; a folder of pictures only if it holds nothing else',
    );
  addSettings(command, pictureSettings);
  addOutputOptions(command).action((input: string, output: string, options: ConvertOptions) =>
    convert(input, output, options, signal),
  );
  addExamples(command, [
    'convnet data convert photos/ my-set/ --size 28x28 --invert',
    'convnet data convert mnist.npz mnist/ --gzip',
    'convnet data convert mnist/ pictures/ --split test',
  ]);
}
