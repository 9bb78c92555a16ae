/** `convnet data stats`: counts the images of each class and measures the pixels. */
import { printable } from '@convnet/convnet';
import { pixelStatistics, type ImageDataset } from '@convnet/mnist-io';
import { SET_NAMES, type SetName } from '@convnet/mnist-io/node';
import { count, definitions } from '../../display/format.ts';
import { Output, type OutputOptions } from '../../display/output.ts';
import { imagesFor, type ImagesOptions } from '../../images.ts';
import { table } from '../../display/table.ts';

/** Options of the command. */
export interface StatsDataOptions extends ImagesOptions, OutputOptions {}

function measured(set: ImageDataset) {
  const { images, size } = set;
  const { mean, standardDeviation } = pixelStatistics(images.pixels);
  return {
    images: size,
    shape: [size, ...images.sampleShape],
    mean,
    standardDeviation,
    classCounts: set.classCounts(),
  };
}

/** Names of the sets at the head of columns. */
const HEADS: Readonly<Record<SetName, string>> = {
  train: 'training',
  validation: 'validation',
  test: 'test',
};

const listed = (constant: number | readonly number[]): string => [constant].flat().join(', ');

/** Runs the command. */
export async function statsOfData(options: StatsDataOptions, signal: AbortSignal): Promise<void> {
  const output = new Output(options);
  const loaded = await imagesFor(options, output, signal);
  const { origin } = loaded;
  const names = SET_NAMES.filter((name) => loaded[name]);
  const sets = names.map((name) => loaded[name]!);
  const all = sets.map(measured);
  const { classNames, images } = sets[0]!;
  const { normalization } = images;
  output.info(`data: ${origin.explanation}`);
  const heads = names.map((name) => HEADS[name]);
  const rows = [
    ['', ...heads],
    ['images', ...all.map((set) => count(set.images))],
    ['shape', ...all.map(({ shape }) => `[${shape.join(', ')}]`)],
    ['pixel mean', ...all.map(({ mean }) => mean.toFixed(5))],
    ['pixel deviation', ...all.map(({ standardDeviation }) => standardDeviation.toFixed(5))],
  ];
  const [header, ...lines] = table(rows, ['left']);
  output.result('', output.colors.dim(header), ...lines, '');
  const [classHeader, ...classLines] = table(
    [
      ['class', ...heads],
      ...classNames.map((name, k) => [
        printable(name),
        ...all.map(({ classCounts }) => count(classCounts[k]!)),
      ]),
    ],
    ['left'],
  );
  output.result(output.colors.dim(classHeader), ...classLines, '');
  output.info(
    `networks see (pixel / 255 − mean) / deviation, with these constants${images.sampleShape[2] > 1 ? ' of each channel' : ''}:`,
    ...definitions([
      ['mean', listed(normalization.mean)],
      ['deviation', listed(normalization.standardDeviation)],
    ]),
  );
  output.json({
    command: 'data stats',
    data: origin,
    classNames,
    normalization,
    ...Object.fromEntries(names.map((name, index) => [name, all[index]])),
  });
}
