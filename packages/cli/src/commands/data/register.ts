/** `convnet data`: the commands about data sets. */
import type { DatasetEntry } from '@convnet/mnist-io';
import { SET_NAMES } from '@convnet/mnist-io/node';
import { Argument, Option, type Command } from 'commander';
import { dataOption, datasetNames, datasetsArgument } from '../../dataset-choice.ts';
import { dataSettings, pictureSettings } from '../../images.ts';
import { wholeNumber } from '../../option-values.ts';
import { addSettings } from '../../settings.ts';
import { addExamples, addOutputOptions } from '../../shared-options.ts';
import { downloadData, type DownloadDataOptions } from './download.ts';
import { listData, type ListDataOptions } from './list.ts';
import { registerConvert } from './register-convert.ts';
import { showData, type ShowDataOptions } from './show.ts';
import { statsOfData, type StatsDataOptions } from './stats.ts';
import { verifyData, type VerifyDataOptions } from './verify.ts';

const { dataDir, limit, seed } = dataSettings;

/** Adds the group to the program; `signal` ends what a command does. */
export function registerDataCommands(program: Command, signal: AbortSignal): void {
  const data = program
    .command('data')
    .description('list, download, examine, show and convert data sets')
    .helpCommand(false);
  const name = new Argument('<data>', `${datasetNames}, generated, or a folder or file`).argParser(
    dataOption,
  );
  const group = `${datasetNames}, or emnist for all its splits`;

  const list = data
    .command('list')
    .description('list the data sets there are, and which of them are on this machine');
  addSettings(list, { dataDir });
  addOutputOptions(list).action((options: ListDataOptions) => listData(options));
  addExamples(list, ['convnet data list', 'convnet data list --json']);

  const download = data
    .command('download')
    .description('download data sets, verified, into the cache')
    .addArgument(new Argument('<name...>', group).argParser(datasetsArgument))
    .option('--data-dir <folder>', 'download to a folder below this one instead');
  addOutputOptions(download).action((entries: DatasetEntry[], options: DownloadDataOptions) =>
    downloadData(entries, options, signal),
  );
  addExamples(download, [
    'convnet data download fashion-mnist',
    'convnet data download emnist/letters emnist/digits --data-dir data',
  ]);

  const verify = data
    .command('verify')
    .description('compare the files of a data set with what its publisher says of them')
    .addArgument(
      new Argument('[name]', `${group} (default: all on this machine)`).argParser(datasetsArgument),
    );
  addSettings(verify, { dataDir });
  addOutputOptions(verify).action(
    (entries: DatasetEntry[] | undefined, options: VerifyDataOptions) =>
      verifyData(entries, options, signal),
  );
  addExamples(verify, ['convnet data verify', 'convnet data verify mnist --data-dir digits']);

  const stats = data
    .command('stats')
    .description('count images and classes, and measure the pixels')
    .addArgument(name);
  addSettings(stats, { dataDir, limit, seed, ...pictureSettings });
  addOutputOptions(stats).action((source: string, options: Omit<StatsDataOptions, 'data'>) =>
    statsOfData({ ...options, data: source }, signal),
  );
  addExamples(stats, ['convnet data stats mnist', 'convnet data stats generated --limit 1000']);

  const show = data
    .command('show')
    .description('show images in the terminal, or save a sheet of them as a picture')
    .addArgument(name)
    .addOption(new Option('--split <name>', 'which set').choices(SET_NAMES).default('test'))
    .addOption(
      new Option('--index <n>', 'begin with image n, instead of images picked at random')
        .argParser(wholeNumber(0))
        .conflicts('class'),
    )
    .option('--class <name>', 'images of one class alone, by its name or number')
    .option(
      '--count <n>',
      'number of images (default: 8, on a sheet 100, with --index 1)',
      wholeNumber(1, 10_000),
    )
    .option('-o, --output <file>', 'save a sheet of the images as a PNG picture');
  addSettings(show, { dataDir, limit, seed, ...pictureSettings });
  addOutputOptions(show).action((source: string, options: Omit<ShowDataOptions, 'data'>) =>
    showData({ ...options, data: source }, signal),
  );
  addExamples(show, [
    'convnet data show mnist --class 7 --count 4',
    'convnet data show fashion-mnist --output sheet.png',
  ]);

  registerConvert(data, signal);
}
