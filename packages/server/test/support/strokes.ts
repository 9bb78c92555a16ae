/** Where a pen goes on the board. */

/** A place in the image; (0, 0) is its top left corner, (1, 1) its bottom right. */
export type Place = readonly [x: number, y: number];

/** A stroke that is read as a 1. */
export const ONE: readonly Place[] = [
  [0.4, 0.32],
  [0.52, 0.2],
  [0.52, 0.35],
  [0.52, 0.5],
  [0.52, 0.65],
  [0.52, 0.8],
];
