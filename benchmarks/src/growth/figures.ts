/** Figures from the measurements of growth: times of an epoch, memory, and who needs less. */
import { median, spread, type Spread } from '../statistics.ts';
import { EPOCH_IMAGES } from '../workload.ts';
import { contenderIds, type ContenderId } from './contenders.ts';
import type { PointMeasurement, PointResult } from './measure-point.ts';
import { pointKey, pointsAlong, type Axis, type Point } from './points.ts';

export interface GrowthRun {
  readonly date: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryGigabytes: number;
  readonly node: string;
  readonly rounds: number;
  readonly secondsOfRound: number;
  readonly leastSteps: number;
  readonly quick: boolean;
  readonly axes: readonly Axis[];
  readonly contenders: readonly {
    readonly id: ContenderId;
    readonly label: string;
    readonly skipped?: string;
  }[];
  /** By `pointKey`. */
  readonly results: Readonly<Record<string, Readonly<Partial<Record<ContenderId, PointResult>>>>>;
}

/** One contender at one point. */
export interface Figures {
  readonly epochSeconds: Spread;
  readonly imagesPerSecond: number;
  readonly megabytes: number;
  readonly setting?: string;
}

/** A point along an axis, and what was measured there. */
export interface Row {
  readonly axis: Axis;
  readonly point: Point;
  readonly figures: Readonly<Partial<Record<ContenderId, Figures>>>;
  readonly failures: Readonly<Partial<Record<ContenderId, string>>>;
}

/** Seconds for 60,000 images, images per second, and megabytes. */
export function figuresOf({ batch }: Point, measured: PointMeasurement): Figures {
  const images = measured.steps * batch;
  const epochSeconds = measured.seconds.map((seconds) => (seconds / images) * EPOCH_IMAGES);
  return {
    epochSeconds: spread(epochSeconds),
    imagesPerSecond: EPOCH_IMAGES / median(epochSeconds),
    megabytes: measured.maxRssMegabytes,
    ...(measured.setting !== undefined && { setting: measured.setting }),
  };
}

/** What was measured along an axis, from the smallest value to the largest. */
export function rowsAlong(axis: Axis, { cores, results }: GrowthRun): readonly Row[] {
  return pointsAlong(axis, cores).flatMap((point) => {
    const found = results[pointKey(point)];
    if (!found) return [];
    const figures: Partial<Record<ContenderId, Figures>> = {};
    const failures: Partial<Record<ContenderId, string>> = {};
    for (const id of contenderIds) {
      const result = found[id];
      if (!result) continue;
      if ('failure' in result) failures[id] = result.failure;
      else figures[id] = figuresOf(point, result);
    }
    return [{ axis, point, figures, failures }];
  });
}

/** This library beside PyTorch at one point; above 1, this library needs more. */
export interface Comparison {
  readonly row: Row;
  readonly time: number;
  /** Whether the ranges of the rounds have times in common. */
  readonly close: boolean;
  readonly memory: number;
}

/** The points at which both were measured, each once. */
export function comparisons(rows: readonly Row[]): readonly Comparison[] {
  const distinct = rows.filter(
    ({ point }, i) => rows.findIndex((row) => pointKey(row.point) === pointKey(point)) === i,
  );
  return distinct.flatMap((row) => {
    const { convnet: ours, pytorch: theirs } = row.figures;
    if (!ours || !theirs) return [];
    return [
      {
        row,
        time: ours.epochSeconds.median / theirs.epochSeconds.median,
        close:
          ours.epochSeconds.min <= theirs.epochSeconds.max &&
          theirs.epochSeconds.min <= ours.epochSeconds.max,
        memory: ours.megabytes / theirs.megabytes,
      },
    ];
  });
}

/** How many times as much the last row takes as the first; undefined where one is missing. */
export function growth(
  rows: readonly Row[],
  id: ContenderId,
  read: (figures: Figures) => number,
): number | undefined {
  const first = rows.at(0)?.figures[id];
  const last = rows.at(-1)?.figures[id];
  return first && last && rows.length > 1 ? read(last) / read(first) : undefined;
}
