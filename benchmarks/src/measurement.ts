/**
 * The output of a contender: one line of JSON on its standard output. Training gives the seconds of
 * its timed images and their mean loss; inference gives microseconds per call or images per second.
 */
import { isWorkload, type Workload } from './workload.ts';

export interface Measurement {
  readonly workload: Workload;
  /** Images that the figure comes from. */
  readonly images: number;
  /** Training: seconds for all of `images`. */
  readonly seconds?: number;
  /** Training: mean loss over `images`, each before its own step. */
  readonly loss?: number;
  /** Inference, batch 1: median of a call. */
  readonly microseconds?: number;
  /** Inference, batch 256. */
  readonly imagesPerSecond?: number;
  readonly maxRssMegabytes: number;
  /** Version of what was measured, if the program knows it. */
  readonly version?: string;
  /** The setting chosen by a program that tries several. */
  readonly setting?: string;
}

const numberFields = ['seconds', 'loss', 'microseconds', 'imagesPerSecond'] as const;

/** The measurement in the last line of JSON in `output`. */
export function parseMeasurement(output: string): Measurement {
  const line = output
    .split('\n')
    .filter((text) => text.startsWith('{'))
    .at(-1);
  if (line === undefined) throw new Error('expected a line of JSON; received none.');
  const fields = JSON.parse(line) as Record<string, unknown>;
  const { workload, version, setting } = fields;
  if (typeof workload !== 'string' || !isWorkload(workload)) {
    throw new Error(`expected a workload; received ${JSON.stringify(workload)}.`);
  }
  return {
    workload,
    images: numberIn(fields, 'images'),
    maxRssMegabytes: numberIn(fields, 'maxRssMegabytes'),
    ...Object.fromEntries(
      numberFields.filter((key) => key in fields).map((key) => [key, numberIn(fields, key)]),
    ),
    ...(typeof version === 'string' && { version }),
    ...(typeof setting === 'string' && { setting }),
  };
}

function numberIn(fields: Record<string, unknown>, key: string): number {
  const value = fields[key];
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw new Error(`expected a number as ${key}; received ${JSON.stringify(value)}.`);
  }
  return value;
}
