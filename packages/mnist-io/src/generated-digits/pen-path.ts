/**
 * The path of a pen as short straight pieces: from the points of a skeleton to places on a page.
 *
 * Between two points runs a Catmull–Rom curve (E. Catmull and R. Rom, 1974): through points
 * p0 … p3, the part from p1 to p2 is
 * p(t) = p1 + t/2 · (p2 − p0) + t²/2 · (2 p0 − 5 p1 + 4 p2 − p3) + t³/2 · (−p0 + 3 p1 − 3 p2 + p3).
 */
import type { Stroke } from './skeletons.ts';

/** Straight pieces per curve between two points of a skeleton. */
const PIECES_PER_CURVE = 5;

/** More than any writing style needs. */
const CAPACITY = 256;

/** A path that is refilled for every digit, so that drawing many allocates nothing. */
export class PenPath {
  readonly x = new Float64Array(CAPACITY);
  readonly y = new Float64Array(CAPACITY);
  /** Half the width of the line at each point. */
  readonly radius = new Float64Array(CAPACITY);
  /** 1 where the pen is put down: no line leads to that point. */
  readonly isStart = new Uint8Array(CAPACITY);
  /** Number of points in use. */
  length = 0;

  /** Forgets all points. */
  clear(): void {
    this.length = 0;
  }

  #add(x: number, y: number, isStart: boolean): void {
    this.x[this.length] = x;
    this.y[this.length] = y;
    this.isStart[this.length] = isStart ? 1 : 0;
    this.length += 1;
  }

  /** The furthest that the line reaches in the direction `sign` of `places`, which is x or y. */
  extent(places: Float64Array, sign: 1 | -1): number {
    let most = -Infinity;
    for (let point = 0; point < this.length; point++) {
      const reach = sign * places[point]! + this.radius[point]!;
      if (reach > most) most = reach;
    }
    return most;
  }

  /** Scales the line to a longer side of `inkSize`, in the middle of a square of `frameSize`. */
  scaleInto(frameSize: number, inkSize: number): void {
    const { x, y, radius } = this;
    const [right, left] = [this.extent(x, 1), -this.extent(x, -1)];
    const [bottom, top] = [this.extent(y, 1), -this.extent(y, -1)];
    const scale = inkSize / Math.max(right - left, bottom - top);
    for (let point = 0; point < this.length; point++) {
      x[point] = (x[point]! - (left + right) / 2) * scale + frameSize / 2;
      y[point] = (y[point]! - (top + bottom) / 2) * scale + frameSize / 2;
      radius[point]! *= scale;
    }
  }

  /** Adds a stroke as a smooth curve; `x` and `y` are the places of its points. */
  addStroke(stroke: Stroke, x: Float64Array, y: Float64Array): void {
    this.#add(x[0]!, y[0]!, true);
    for (let point = 0; point + 1 < stroke.length; point++) {
      const startsAtCorner = point === 0 || stroke[point]!.isCorner;
      const endsAtCorner = point + 2 === stroke.length || stroke[point + 1]!.isCorner;
      const before = startsAtCorner ? point : point - 1;
      const after = endsAtCorner ? point + 1 : point + 2;
      for (let piece = 1; piece <= PIECES_PER_CURVE; piece++) {
        const t = piece / PIECES_PER_CURVE;
        const at = (p: Float64Array): number =>
          curve(p[before]!, p[point]!, p[point + 1]!, p[after]!, t);
        this.#add(at(x), at(y), false);
      }
    }
  }
}

function curve(p0: number, p1: number, p2: number, p3: number, t: number): number {
  const cubic = -p0 + 3 * p1 - 3 * p2 + p3;
  const square = 2 * p0 - 5 * p1 + 4 * p2 - p3;
  return p1 + 0.5 * t * (p2 - p0 + t * (square + t * cubic));
}
