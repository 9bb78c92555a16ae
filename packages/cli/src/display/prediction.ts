/** A prediction as people read it: the answer, what the network saw, and a bar for each class. */
import { printable } from '@convnet/convnet';
import type { PixelBox } from '@convnet/mnist-io';
import type { RawImage } from '@convnet/mnist-io/node';
import { blockPreview } from './block-preview.ts';
import { percent } from './format.ts';
import type { Output } from './output.ts';

/** Characters of a probability of 1. */
const BAR_LENGTH = 30;

/** Most classes that get a bar; the likeliest of more. */
const MOST_BARS = 10;

/** What a network says of a picture, or of a part of it. */
export interface Prediction {
  readonly file: string;
  /** Where it is in the picture, in pixels; of a picture that is seen as a whole, there is none. */
  readonly box?: PixelBox | undefined;
  /** Whether it is a digit rather than other ink; not there if the classes are no digits. */
  readonly isDigit?: boolean;
  /** How probable that is, 0 to 1. */
  readonly digitProbability?: number;
  /** What it is, or is most like. */
  readonly className: string;
  /** How probable it is that it is that one, and a digit at all where digits are read. */
  readonly probability: number;
  /** How probable each class is, if it is one of them. */
  readonly probabilities: Record<string, number>;
}

/** Where something is in its picture. */
export const placeOf = ({ left, top, width, height }: PixelBox): string =>
  `at ${left}, ${top}: ${width} × ${height} pixels`;

/** @param place - of one of several in a picture; else empty. */
export function printPrediction(
  output: Output,
  prediction: Prediction,
  image: RawImage,
  place: string,
): void {
  const { bold, dim, green } = output.colors;
  const { file, isDigit, digitProbability, className, probability, probabilities } = prediction;
  const answer =
    isDigit === false
      ? `${bold('no digit')}  ${percent(1 - digitProbability!)}  (most like ${printable(className)})`
      : `${bold(printable(className))}  ${percent(probability)}`;
  output.result(`${printable(file)}: ${answer}${place && dim(`  ${place}`)}`);
  const all = Object.entries(probabilities);
  const shown =
    all.length <= MOST_BARS ? all : all.sort(([, a], [, b]) => b - a).slice(0, MOST_BARS);
  const width = Math.max(...shown.map(([name]) => printable(name).length));
  const bars = shown.map(([name, share]) => {
    const bar = '█'.repeat(Math.round(share * BAR_LENGTH)).padEnd(BAR_LENGTH, '·');
    const line = `${printable(name).padEnd(width)}  ${bar}  ${percent(share).padStart(8)}`;
    return name === className ? green(line) : line;
  });
  const preview = blockPreview(image);
  const head = 'what the network sees'.padEnd(image.width);
  output.info('', dim(`  ${head}   what it thinks`));
  const indent = Math.max(0, Math.floor((preview.length - bars.length) / 2));
  const lines = Math.max(preview.length, indent + bars.length);
  for (let line = 0; line < lines; line++) {
    const row = (preview[line] ?? '').padEnd(head.length);
    output.info(`  ${row}   ${bars[line - indent] ?? ''}`.trimEnd());
  }
  output.info('');
}
