/** The facts about a network that a model file holds beside its weights. */

/**
 * How pixels 0 … 255 become inputs: `(pixel / 255 − mean) / standardDeviation`. Each is one number, or a list with
 * one for each channel.
 */
export interface Preprocessing {
  readonly mean: number | readonly number[];
  readonly standardDeviation: number | readonly number[];
  /**
   * How a picture of any size becomes an image of the network's size: `letterbox` keeps its proportions and
   * fills up with the colours of its edges, `stretch` does not. Without it the network saw no pictures.
   */
  readonly fit?: 'letterbox' | 'stretch';
  /** Whether black becomes white and white black, before all else; by default not. */
  readonly invert?: boolean;
}

/** All parts are optional. */
export interface ModelInfo {
  /** One name per output, in order, and each of them once. */
  readonly classNames?: readonly string[];
  readonly preprocessing?: Preprocessing;
  /** Share of test samples classified right, 0 … 1. */
  readonly testAccuracy?: number;
  /** The data set it was trained on, such as `mnist`. */
  readonly trainedOn?: string;
}
