/**
 * Writes single digits: from a writer's habits and chance to 28 × 28 pixels.
 *
 *     skeleton → points a little off their place → smooth path → deformed, leaned, turned
 *              → scaled to MNIST's frame → drawn with a pen → centred by mass
 *
 * Lengths are in heights of the digit until the path is scaled, and in pixels from there on.
 */
import type { Random } from '@convnet/tensor';
import { DIGIT_INK_SIZE, placeInFrame } from '../digit-frame.ts';
import { deform, DEFORMATION_TERMS, MIDDLE } from './deformation.ts';
import { PenPath } from './pen-path.ts';
import { renderPath } from './render.ts';
import { LONGEST_STROKE, WRITING_STYLES, type Stroke, type WritingStyle } from './skeletons.ts';
import { chooseStyle, factorAround1, type Writer } from './writer.ts';

/** How often a writer writes a digit the usual way; else as anyone might. */
const HABIT_SHARE = 0.2;

/** How much one digit differs from the next of the same writer, as standard deviations. */
const STROKE_SHIFT = 0.04;
const POINT_SHIFT = 0.04;
const END_SHIFT = 0.2;
const DEFORMATION = 0.05;
const ASPECT_SPREAD = 0.12;
const SLANT = 0.12;
const HALF_TURN_TANGENT = 0.05;
const PEN_SPREAD = 0.08;

/** How far the line's edge strays, in pixels: pens, paper and scanners are rough. */
const ROUGHNESS = 0.45;

/** A pen this wide beside the digit's narrow side would fill it; a 1 has nothing to be filled. */
const WIDEST_PEN = 0.16;
const ONE = 1;

/** See the top of this file. */
export class DigitWriter {
  readonly #random: Random;
  readonly #path = new PenPath();
  readonly #pointX = new Float64Array(LONGEST_STROKE);
  readonly #pointY = new Float64Array(LONGEST_STROKE);
  readonly #deformation = new Float64Array(DEFORMATION_TERMS);
  readonly #ink = new Uint8Array(DIGIT_INK_SIZE * DIGIT_INK_SIZE);

  constructor(random: Random) {
    this.#random = random;
  }

  /** Writes a digit into an empty frame of 28 × 28. */
  write(digit: number, writer: Writer, frame: Uint8Array): void {
    const random = this.#random;
    const style =
      random.uniform(0, 1) < HABIT_SHARE
        ? writer.styles[digit]!
        : chooseStyle(WRITING_STYLES[digit]!, random);
    this.#draft(style, writer);
    this.#shape(writer);
    this.#fit(digit, writer);
    renderPath(this.#path, writer.softness, DIGIT_INK_SIZE, this.#ink);
    placeInFrame(this.#ink, DIGIT_INK_SIZE, DIGIT_INK_SIZE, frame);
  }

  /** Puts the strokes on the path. */
  #draft({ strokes }: WritingStyle, { speed }: Writer): void {
    this.#path.clear();
    for (const stroke of strokes) {
      this.#movePoints(stroke);
      this.#moveEnds(stroke.length);
      this.#cutCorners(stroke, speed);
      this.#path.addStroke(stroke, this.#pointX, this.#pointY);
    }
  }

  /** Moves a stroke as a whole, and each of its points. */
  #movePoints(stroke: Stroke): void {
    const random = this.#random;
    const shiftX = random.normal(0, STROKE_SHIFT);
    const shiftY = random.normal(0, STROKE_SHIFT);
    for (let point = 0; point < stroke.length; point++) {
      this.#pointX[point] = stroke[point]!.x + shiftX + random.normal(0, POINT_SHIFT);
      this.#pointY[point] = stroke[point]!.y + shiftY + random.normal(0, POINT_SHIFT);
    }
  }

  /** Lets a stroke begin and end too early or too late, in parts of its outermost pieces. */
  #moveEnds(length: number): void {
    const x = this.#pointX;
    const y = this.#pointY;
    const move = (end: number, neighbour: number): void => {
      const share = this.#random.normal(0, END_SHIFT);
      x[end]! += share * (x[end]! - x[neighbour]!);
      y[end]! += share * (y[end]! - y[neighbour]!);
    };
    move(0, 1);
    move(length - 1, length - 2);
  }

  /** Moves points towards the middle between their neighbours, where there is no real corner. */
  #cutCorners(stroke: Stroke, speed: number): void {
    for (const points of [this.#pointX, this.#pointY]) {
      let before = points[0]!;
      for (let point = 1; point + 1 < stroke.length; point++) {
        const here = points[point]!;
        if (!stroke[point]!.isCorner) {
          points[point]! += (speed / 2) * ((before + points[point + 1]!) / 2 - here);
        }
        before = here;
      }
    }
  }

  /** Deforms the path, then widens, leans and turns it around its middle. */
  #shape(writer: Writer): void {
    const random = this.#random;
    const { x, y, length } = this.#path;
    const coefficients = this.#deformation;
    for (let term = 0; term < DEFORMATION_TERMS; term++) {
      coefficients[term] = writer.deformation[term]! + random.normal(0, DEFORMATION);
    }
    deform(x, y, length, coefficients);

    const width = writer.aspect * factorAround1(random, ASPECT_SPREAD);
    const slant = writer.slant + random.normal(0, SLANT);
    // With h the tangent of half the angle, cosine and sine need no trigonometry.
    const h = random.normal(0, HALF_TURN_TANGENT);
    const cosine = (1 - h * h) / (1 + h * h);
    const sine = (2 * h) / (1 + h * h);
    for (let point = 0; point < length; point++) {
      const down = y[point]! - MIDDLE.y;
      const right = width * (x[point]! - MIDDLE.x) - slant * down;
      x[point] = cosine * right - sine * down;
      y[point] = sine * right + cosine * down;
    }
  }

  /** Gives the line its width and scales the path until the ink's longer side is 20 pixels. */
  #fit(digit: number, { penRadius, pressure, softness }: Writer): void {
    const random = this.#random;
    const { x, y, radius, length } = this.#path;
    radius.fill(0, 0, length);
    const width = this.#path.extent(x, 1) + this.#path.extent(x, -1);
    const height = this.#path.extent(y, 1) + this.#path.extent(y, -1);
    const longer = Math.max(width, height);
    const wanted = penRadius * factorAround1(random, PEN_SPREAD);
    const widest = (WIDEST_PEN * DIGIT_INK_SIZE * Math.min(width, height)) / longer;
    const pen = digit === ONE ? wanted : Math.min(wanted, widest);

    // In pixels, the path's longer side and the pen's width add up to the ink's.
    const pixel = longer / (DIGIT_INK_SIZE - 2 * pen);
    for (let point = 0; point < length; point++) {
      const alongDigit = (2 * point) / length - 1;
      const roughness = ROUGHNESS * random.uniform(-1, 1);
      radius[point] = Math.max(0, pixel * (pen * (1 + pressure * alongDigit) + roughness));
    }
    // An edge softer than 1 pixel reaches beyond the line's geometric edge.
    this.#path.scaleInto(DIGIT_INK_SIZE, DIGIT_INK_SIZE - Math.max(0, softness - 1));
  }
}
