/** `convnet data stats`: counts the images of each class and measures the pixels. */
import { printable } from '@convnet/convnet';
import { pixelStatistics, type ImageDataset } from '@convnet/mnist-io';
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

/** Runs the command. */
export async function statsOfData(options: StatsDataOptions, signal: AbortSignal): Promise<void> {
  const output = new Output(options);
  const { train, test, origin } = await imagesFor(options, output, signal);
  const [training, testing] = [measured(train), measured(test)];
  const { normalization } = train.images;
  output.info(`data: ${origin.explanation}`);
  const rows = [
    ['', 'training', 'test'],
    ['images', count(training.images), count(testing.images)],
    ['shape', `[${training.shape.join(', ')}]`, `[${testing.shape.join(', ')}]`],
    ['pixel mean', training.mean.toFixed(5), testing.mean.toFixed(5)],
    [
      'pixel deviation',
      training.standardDeviation.toFixed(5),
      testing.standardDeviation.toFixed(5),
    ],
  ];
  const [header, ...lines] = table(rows, ['left']);
  output.result('', output.colors.dim(header), ...lines, '');
  const [classHeader, ...classLines] = table(
    [
      ['class', 'training', 'test'],
      ...train.classNames.map((name, k) => [
        printable(name),
        count(training.classCounts[k]!),
        count(testing.classCounts[k]!),
      ]),
    ],
    ['left'],
  );
  output.result(output.colors.dim(classHeader), ...classLines, '');
  output.info(
    'networks see (pixel / 255 − mean) / deviation, with these constants:',
    ...definitions([
      ['mean', String(normalization.mean)],
      ['deviation', String(normalization.standardDeviation)],
    ]),
  );
  output.json({
    command: 'data stats',
    data: origin,
    classNames: train.classNames,
    normalization,
    train: training,
    test: testing,
  });
}
