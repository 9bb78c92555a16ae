/** `convnet evaluate`: tests a saved network. */
import { printable, type Model } from '@convnet/convnet';
import { loadModel, ProgramError } from '@convnet/convnet/node';
import type { ImageDataset } from '@convnet/mnist-io';
import { backendSettings, kernelsFor, usedBackend } from '../backend.ts';
import { confusionOf } from '../confusion-of.ts';
import { count, definitions, percent } from '../display/format.ts';
import { Output, type OutputOptions } from '../display/output.ts';
import { printTestReport } from '../display/test-report.ts';
import { nameOfTraining } from '../dataset-choice.ts';
import { dataSettings, imagesFor, setOf } from '../images.ts';
import { modelPath } from '../model-path.ts';
import { accuracy } from '../option-values.ts';
import { setting, settingRows, settingsDocument, type Values } from '../settings.ts';

/** How good is good enough. */
export const gateSettings = {
  minAccuracy: setting<number | undefined>({
    flags: '--min-accuracy <share>',
    help: 'fail below this accuracy, such as 0.98',
    parse: accuracy,
    row: ['least accuracy', (least) => (least === undefined ? 'any' : percent(least))],
  }),
};

const evaluateSettings = { ...backendSettings, ...dataSettings, ...gateSettings };

/** Options of the command. */
export interface EvaluateOptions extends OutputOptions, Values<typeof evaluateSettings> {
  readonly model?: string;
}

/** @throws ProgramError if the network was trained for other classes than the data has. */
function checkClasses(
  file: string,
  { info }: Model,
  { classNames }: ImageDataset,
  data: string,
): void {
  const trained = info.classNames;
  if (!trained || trained.join('\n') === classNames.join('\n')) return;
  const few = (names: readonly string[]): string =>
    names.slice(0, 3).join(', ') + (names.length > 3 ? ', …' : '');
  throw new ProgramError(
    'badData',
    `${file}: expected data of the ${trained.length} classes that it was trained for (${few(trained)}); received ${classNames.length} (${few(classNames)}) from ${data}. Choose other data with --data, or another --model.`,
  );
}

/** Runs the command. */
export async function evaluate(options: EvaluateOptions, signal: AbortSignal): Promise<void> {
  const output = new Output(options);
  const file = await modelPath(options.model);
  const kernels = kernelsFor(options);
  const model = await loadModel(file, { kernels });
  // What it was trained on, unless other data is asked for.
  const data = options.data === 'auto' ? nameOfTraining(file, model) : options.data;
  const used = { ...options, data, ...usedBackend(kernels) };
  const rows = settingRows(evaluateSettings, used);
  output.info(
    output.colors.bold('convnet evaluate'),
    ...definitions([['model', printable(`${file} (${model.name})`)], ...rows]),
  );
  const images = await imagesFor(used, output, signal, model);
  const { origin } = images;
  const test = setOf(images, 'test');
  output.info('', `data: ${origin.explanation}; ${count(test.size)} test images`);
  checkClasses(file, model, test, origin.explanation);
  const matrix = await confusionOf(model, test, signal);
  printTestReport(output, matrix, test.classNames);
  output.json({
    command: 'evaluate',
    settings: settingsDocument(evaluateSettings, used),
    data: { ...origin, test: test.size },
    test: { accuracy: matrix.accuracy, perClass: matrix.perClass, confusion: matrix.counts },
    model: file,
  });
  const { minAccuracy } = options;
  if (minAccuracy !== undefined && matrix.accuracy < minAccuracy) {
    throw new ProgramError(
      'gateFailed',
      `expected an accuracy of at least ${percent(minAccuracy)}; received ${percent(matrix.accuracy)}.`,
    );
  }
}
