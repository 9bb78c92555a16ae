/** What a model file tells about a network beside its weights. */

/** How pixels 0 … 255 become inputs: `(pixel / 255 − mean) / standardDeviation`. */
export interface Preprocessing {
  readonly mean: number;
  readonly standardDeviation: number;
}

/** All parts are optional. */
export interface ModelInfo {
  /** One name per output, in order. */
  readonly classNames?: readonly string[];
  readonly preprocessing?: Preprocessing;
  /** Share of test samples classified right, 0 … 1. */
  readonly testAccuracy?: number;
  /** What the network was trained on, such as `mnist`. */
  readonly trainedOn?: string;
}
