/**
 * The parts of an augmentation: steps that each change an image a little, at random.
 *
 * Geometric steps say where ink moves to. They are first composed into one {@link Warp}, whatever
 * their number, and the image is resampled once, so that blur does not add up. Steps on pixels
 * follow, in the order of the list.
 */
import type { Random } from '@convnet/tensor';
import type { Warp } from './warp.ts';

/**
 * The image that steps on pixels work on: bytes `[height, width, channels]`. Grey images of ink are 0 for background
 * to 255 for ink.
 */
export interface Canvas {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly pixels: Uint8Array;
  /** As many bytes, for a step's own use. */
  readonly spare: Uint8Array;
}

/** Moves ink: adds a random movement to a warp. */
export interface GeometricTransform {
  readonly kind: 'geometric';
  /** Makes what is needed for images of the warp's size, once; the result runs for every image. */
  readonly prepare: (warp: Warp) => (random: Random) => void;
}

/** Changes pixels where they are. */
export interface PixelTransform {
  readonly kind: 'pixels';
  /** Makes what is needed for images of the canvas's size, once; the result runs for every image. */
  readonly prepare: (canvas: Canvas) => (random: Random) => void;
}

/** Decides whether an image is changed at all. */
export interface Gate {
  readonly kind: 'gate';
  /** Whether to show an image as it is, and to skip all other steps. */
  readonly keeps: (random: Random) => boolean;
}

/** One step of an {@link Augmentation}. */
export type Transform = GeometricTransform | PixelTransform | Gate;

/** Steps that are taken one after the other; see the top of this file. */
export type Augmentation = readonly Transform[];
