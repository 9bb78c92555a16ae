/** `convnet evaluate`: tests a saved network. */
import { printable } from '@convnet/convnet';
import { loadModel, ProgramError } from '@convnet/convnet/node';
import { backendSettings, kernelsFor, usedBackend } from '../backend.ts';
import { confusionOf } from '../confusion-of.ts';
import { count, definitions, percent } from '../display/format.ts';
import { Output, type OutputOptions } from '../display/output.ts';
import { printTestReport } from '../display/test-report.ts';
import { dataSettings, imagesFor } from '../images.ts';
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

/** Runs the command. */
export async function evaluate(options: EvaluateOptions, signal: AbortSignal): Promise<void> {
  const output = new Output(options);
  const file = await modelPath(options.model);
  const kernels = kernelsFor(options);
  const model = await loadModel(file, { kernels });
  const used = { ...options, ...usedBackend(kernels) };
  const rows = settingRows(evaluateSettings, used);
  output.info(
    output.colors.bold('convnet evaluate'),
    ...definitions([['model', printable(`${file} (${model.name})`)], ...rows]),
  );
  const { test, origin } = await imagesFor(options, output, signal);
  output.info('', `data: ${origin.explanation}; ${count(test.size)} test images`);
  const { classNames } = model.info;
  if (classNames && classNames.join() !== test.classNames.join()) {
    const few = (names: readonly string[]) => printable(names.slice(0, 3).join(', '));
    output.info(
      `note: the model was trained for other classes (${few(classNames)}, …) than the data has (${few(test.classNames)}, …). Choose the data with --dataset.`,
    );
  }
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
