/** A drawing as strokes of points in the unit square, so that it fits a board of any size. */

/** A place on the board: (0, 0) is its top left, (1, 1) its bottom right. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** One movement of the pen. */
export type Stroke = readonly Point[];

/** Strokes in the order they were drawn. */
export class Drawing {
  readonly #strokes: Point[][] = [];

  get strokes(): readonly Stroke[] {
    return this.#strokes;
  }

  get isEmpty(): boolean {
    return this.#strokes.length === 0;
  }

  /** Puts the pen down. */
  begin(point: Point): void {
    this.#strokes.push([point]);
  }

  /** Moves the pen that is down. */
  extend(points: readonly Point[]): void {
    this.#strokes.at(-1)?.push(...points);
  }

  clear(): void {
    this.#strokes.length = 0;
  }
}
