/**
 * Where growth is measured: a base point, varied along one axis at a time. The network has two
 * convolutions, of `channels` and twice as many filters.
 */

export interface Point {
  readonly batch: number;
  /** Filters of the first convolution; the second has twice as many. */
  readonly channels: number;
  /** Height and width of an image. */
  readonly side: number;
  readonly threads: number;
}

export const axes = ['batch', 'channels', 'side', 'threads'] as const;
export type Axis = (typeof axes)[number];

/** Images that a process holds, whatever the point; they come again and again. */
export const HELD_IMAGES = 1024;

/** Small, so that labels which nobody can learn drive no neuron to death. */
export const LEARNING_RATE = 1e-4;

export function basePoint(cores: number): Point {
  return { batch: 128, channels: 32, side: 28, threads: cores };
}

/** The points along an axis, from the smallest to the largest. */
export function pointsAlong(axis: Axis, cores: number): readonly Point[] {
  const values: Readonly<Record<Axis, readonly number[]>> = {
    batch: powersOfTwo(1, 1024),
    channels: powersOfTwo(8, 256),
    side: [16, 28, 56, 112, 224],
    threads: [...powersOfTwo(1, cores - 1), cores],
  };
  return values[axis].map((value) => ({ ...basePoint(cores), [axis]: value }));
}

/** A name for a point, the same for the same point. */
export function pointKey({ batch, channels, side, threads }: Point): string {
  return `batch ${batch}, channels ${channels}, side ${side}, threads ${threads}`;
}

/** The points along some axes, each once. */
export function distinctPoints(chosen: readonly Axis[], cores: number): readonly Point[] {
  const points = chosen.flatMap((axis) => pointsAlong(axis, cores));
  return [...new Map(points.map((point) => [pointKey(point), point])).values()];
}

/** The powers of two times `from` that are at most `to`. */
function powersOfTwo(from: number, to: number): number[] {
  const values: number[] = [];
  for (let value = from; value <= to; value *= 2) values.push(value);
  return values;
}
