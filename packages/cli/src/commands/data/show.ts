/** `convnet data show`: shows images in the terminal, or saves a sheet of them as a picture. */
import { ProgramError } from '@convnet/convnet/node';
import { pickImages, type ImageDataset } from '@convnet/mnist-io';
import type { SetName } from '@convnet/mnist-io/node';
import { contactSheet } from '../../contact-sheet/contact-sheet.ts';
import { imageGrid } from '../../display/image-grid.ts';
import { Output, type OutputOptions } from '../../display/output.ts';
import { imagesFor, setOf, type ImagesOptions } from '../../images.ts';
import { checkOutput } from '../../output-file.ts';

/** Options of the command. */
export interface ShowDataOptions extends ImagesOptions, OutputOptions {
  readonly split: SetName;
  /** First image; the others follow it. */
  readonly index?: number;
  /** Name or number of a class. */
  readonly class?: string;
  readonly count?: number;
  /** PNG file to write instead of showing the images in the terminal. */
  readonly output?: string;
}

const COUNT_IN_TERMINAL = 8;
const COUNT_ON_SHEET = 100;

/** The label that a name or number means. */
function labelOf(text: string, { classNames }: ImageDataset): number {
  const byName = classNames.findIndex((name) => name === text);
  const caseless = classNames.findIndex((name) => name.toLowerCase() === text.toLowerCase());
  const byNumber = /^\d+$/.test(text) ? Number(text) : -1;
  const label = [byName, caseless, byNumber].find((found) => found >= 0) ?? -1;
  if (label >= 0 && label < classNames.length) return label;
  throw new ProgramError(
    'usage',
    `--class: expected one of ${classNames.join(', ')}, or its number from 0 to ${classNames.length - 1}; received "${text}".`,
  );
}

function chosenIndices(options: ShowDataOptions, set: ImageDataset): number[] {
  const { index, seed } = options;
  if (index === undefined) {
    const { count = options.output === undefined ? COUNT_IN_TERMINAL : COUNT_ON_SHEET } = options;
    const label = options.class === undefined ? undefined : labelOf(options.class, set);
    return pickImages(set, { count, seed, label });
  }
  if (index >= set.size) {
    throw new ProgramError(
      'usage',
      `--index: expected a number from 0 to ${set.size - 1}; received ${index}.`,
    );
  }
  const { count = 1 } = options;
  return Array.from({ length: Math.min(count, set.size - index) }, (_, place) => index + place);
}

/** Runs the command. */
export async function showData(options: ShowDataOptions, signal: AbortSignal): Promise<void> {
  const output = new Output(options);
  if (options.output !== undefined) await checkOutput(options.output);
  const loaded = await imagesFor(options, output, signal);
  const { origin } = loaded;
  const set = setOf(loaded, options.split);
  const [height, width, channels] = set.images.sampleShape;
  const size = height * width * channels;
  const images = chosenIndices(options, set).map((index) => ({
    index,
    label: set.labels[index]!,
    className: set.classNames[set.labels[index]!]!,
  }));
  const cells = images.map(({ index, className }) => ({
    ...{ height, width, channels, index },
    pixels: set.images.pixels.subarray(index * size, (index + 1) * size),
    caption: className,
  }));
  output.info(`data: ${origin.explanation}; ${options.split} images`, '');
  if (options.output === undefined) {
    const { columns, usesColor: inColor } = output;
    for (const line of imageGrid(cells, { columns, inColor })) output.result(line);
  } else {
    await contactSheet(cells, options.output);
    output.result(`${images.length} images saved to ${options.output}`);
  }
  output.json({
    command: 'data show',
    data: origin,
    split: options.split,
    images,
    output: options.output,
  });
}
