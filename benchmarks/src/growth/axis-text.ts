/** What each axis is called, and where it stands. */
import type { Axis } from './points.ts';

interface AxisText {
  readonly heading: string;
  /** Of the column of a table, and below a plot. */
  readonly name: string;
  /** What lies between its ends, in a sentence: “from batch size 1 to 1,024”. */
  readonly phrase: string;
}

export const axisTexts: Readonly<Record<Axis, AxisText>> = {
  batch: { heading: 'Batch size', name: 'batch size', phrase: 'batch size' },
  channels: {
    heading: 'Channels',
    name: 'channels of the first convolution',
    phrase: 'channels',
  },
  side: { heading: 'Image side', name: 'side of the images in pixels', phrase: 'side' },
  threads: { heading: 'Threads', name: 'threads', phrase: 'threads' },
};

export function figureFile(axis: Axis): string {
  return `growth-${axis}.svg`;
}
