/**
 * A made-up person who writes: the habits that all their digits share. Lengths are in heights of
 * a digit unless said otherwise.
 */
import type { Random } from '@convnet/tensor';
import { DEFORMATION_TERMS } from './deformation.ts';
import { WRITING_STYLES, type WritingStyle } from './skeletons.ts';

/** Habits of one writer, the same in all digits. */
export interface Writer {
  /** Shift to the right per height. */
  readonly slant: number;
  /** Width as a multiple of the skeletons'. */
  readonly aspect: number;
  /** Half the pen's width, in pixels of the framed image. */
  readonly penRadius: number;
  /** Pixels over which the line's edge fades. */
  readonly softness: number;
  /** How much wider the line is at the end of a digit than in its middle; below 0, narrower. */
  readonly pressure: number;
  /** 0: the pen goes to every point of the skeleton. Towards 1: being fast, it cuts corners. */
  readonly speed: number;
  /** See {@link DEFORMATION_TERMS}. */
  readonly deformation: Float64Array;
  /** The usual way to write each digit. */
  readonly styles: readonly WritingStyle[];
}

const SLANT = { mean: 0.14, standardDeviation: 0.22 };
const ASPECT_SPREAD = 0.15;
/** Most pens are of the first kind; one in twenty is a marker. */
const PEN_RADIUS = { least: 0.7, most: 2 };
const MARKER_RADIUS = { least: 2, most: 3 };
const MARKER_SHARE = 0.05;
/** 1 is what exact coverage of pixels gives; paper and scanners add to it. */
const SOFTNESS = { least: 0.9, most: 1.6 };
const MOST_PRESSURE = 0.25;
const MOST_SPEED = 0.5;
const DEFORMATION = 0.03;

/** Makes up a writer. */
export function makeUpWriter(random: Random): Writer {
  const pen = random.uniform(0, 1) < MARKER_SHARE ? MARKER_RADIUS : PEN_RADIUS;
  return {
    slant: random.normal(SLANT.mean, SLANT.standardDeviation),
    aspect: factorAround1(random, ASPECT_SPREAD),
    penRadius: random.uniform(pen.least, pen.most),
    softness: random.uniform(SOFTNESS.least, SOFTNESS.most),
    pressure: random.uniform(-MOST_PRESSURE, MOST_PRESSURE),
    speed: random.uniform(0, MOST_SPEED),
    deformation: Float64Array.from({ length: DEFORMATION_TERMS }, () =>
      random.normal(0, DEFORMATION),
    ),
    styles: WRITING_STYLES.map((styles) => chooseStyle(styles, random)),
  };
}

/** A factor that is as often f as 1 / f: 1 + z or 1 / (1 + z), z of the given spread. */
export function factorAround1(random: Random, spread: number): number {
  const z = random.normal(0, spread);
  return z >= 0 ? 1 + z : 1 / (1 - z);
}

/** One of the ways to write a digit, by their weights. */
export function chooseStyle(styles: readonly WritingStyle[], random: Random): WritingStyle {
  const total = styles.reduce((sum, { weight }) => sum + weight, 0);
  let draw = random.integer(total);
  return styles.find(({ weight }) => (draw -= weight) < 0)!;
}
