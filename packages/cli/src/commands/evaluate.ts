/** `convnet evaluate`: tests a saved network. */
import { loadModel } from '@convnet/convnet/node';
import { kernelRows, kernelsFor, type BackendOptions } from '../backend.ts';
import { digitsFor, type DigitsOptions } from '../digits.ts';
import { count, definitions, percent } from '../display/format.ts';
import { Output, type OutputOptions } from '../display/output.ts';
import { printTestReport } from '../display/test-report.ts';
import { CommandError } from '../command-error.ts';
import { modelPath } from '../model-path.ts';
import { testOn } from '../test-on.ts';

/** Options of the command. */
export interface EvaluateOptions extends DigitsOptions, OutputOptions, BackendOptions {
  readonly model?: string;
  /** Fail below this accuracy, 0 … 1. */
  readonly minAccuracy?: number;
}

/** Runs the command. */
export async function evaluate(options: EvaluateOptions, signal: AbortSignal): Promise<void> {
  const output = new Output(options);
  const file = await modelPath(options.model);
  const kernels = kernelsFor(options);
  const model = await loadModel(file, { kernels });
  const { dataset, dataDir, limit, seed, minAccuracy } = options;
  const rows: [string, string][] = [
    ['model', `${file} (${model.name})`],
    ...kernelRows(kernels),
    ['dataset', dataset],
    ['data folder', dataDir ?? 'not given'],
    ['limit', limit === undefined ? 'none' : `${count(limit)} images`],
    ['seed', String(seed)],
    ['least accuracy', minAccuracy === undefined ? 'any' : percent(minAccuracy)],
  ];
  output.info(output.colors.bold('convnet evaluate'), ...definitions(rows));
  const { test, origin } = await digitsFor(options, output, signal);
  output.info('', `data: ${origin.explanation}; ${count(test.size)} test images`);
  const { classNames } = model.info;
  if (classNames && classNames.join() !== test.classNames.join()) {
    const few = (names: readonly string[]) => names.slice(0, 3).join(', ');
    output.info(
      `note: the model was trained for other classes (${few(classNames)}, …) than the data has (${few(test.classNames)}, …). Choose the data with --dataset.`,
    );
  }
  const matrix = testOn(model, test);
  printTestReport(output, matrix, test.classNames);
  output.json({
    command: 'evaluate',
    settings: {
      backend: kernels.name,
      threads: kernels.threads,
      dataset,
      dataDir,
      limit,
      seed,
      minAccuracy,
    },
    data: { ...origin, test: test.size },
    test: { accuracy: matrix.accuracy, perClass: matrix.perClass, confusion: matrix.counts },
    model: file,
  });
  if (minAccuracy !== undefined && matrix.accuracy < minAccuracy) {
    throw new CommandError(
      'gateFailed',
      `expected an accuracy of at least ${percent(minAccuracy)}; received ${percent(matrix.accuracy)}.`,
    );
  }
}
