/** `convnet data convert`: a data set from one format to another. */
import {
  conversionFormats,
  convertDataset,
  type ConvertDatasetOptions,
  type ConvertedSets,
} from '@convnet/mnist-io/node';
import { printable } from '@convnet/convnet';
import { count, definitions } from '../../display/format.ts';
import { Output, type OutputOptions } from '../../display/output.ts';
import { pictures } from '../../picture.ts';

/** Options of the command. */
export type ConvertOptions = Omit<ConvertDatasetOptions, 'pictures' | 'signal'> & OutputOptions;

/** Runs the command. */
export async function convert(
  input: string,
  destination: string,
  options: ConvertOptions,
  signal: AbortSignal,
): Promise<void> {
  const output = new Output(options);
  const { from, to } = await conversionFormats(input, destination, {
    from: options.from,
    to: options.to,
  });
  output.info(
    output.colors.bold('convnet data convert'),
    ...definitions([
      ['input', printable(`${input} (${from})`)],
      ['output', printable(`${destination} (${to})`)],
    ]),
    '',
  );
  const { split, size, channels, fit, labels, order, invert, gzip, force } = options;
  const changes = { split, size, channels, fit, invert, gzip, force };
  const what = { ...changes, from, to, labels, order, pictures, signal };
  const converted = await convertDataset(input, destination, what);
  const places = { command: 'data convert', input, output: destination };
  if (converted.kind === 'array') {
    const { type, shape } = converted;
    output.result(`${printable(destination)}: ${type} [${shape.join(', ')}]`);
    output.json({ ...places, array: { type, shape } });
    return;
  }
  const { sets, classNames, files, leftOut } = converted;
  printSets(output, destination, converted);
  output.json({ ...places, from, to, classNames, sets, files, leftOut });
}

function printSets(
  output: Output,
  destination: string,
  { sets, classNames, leftOut }: ConvertedSets,
): void {
  for (const { split, images, height, width, channels, classCounts } of sets) {
    const inChannels = channels === 1 ? '' : ` in ${channels} channels`;
    output.result(`${split}: ${count(images)} images of ${width} × ${height} pixels${inChannels}`);
    output.info(
      ...definitions(
        classCounts.map((images, label) => [
          printable(classNames?.[label] ?? String(label)),
          count(images),
        ]),
      ),
    );
  }
  output.result(`written to ${printable(destination)}`);
  if (leftOut.length === 0) return;
  output.result(
    `not converted, ${count(leftOut.length)}:`,
    ...leftOut.map((what) => `  ${printable(what)}`),
  );
}
