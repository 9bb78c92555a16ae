/**
 * Checks gradients against central differences, in float64:
 *
 *     numeric = (f(x + h) − f(x − h)) / 2h,    error = |analytic − numeric| / max(1e-3, |analytic| + |numeric|)
 *
 * ReLU and pooling have kinks; where one lies between x − h and x + h, no difference quotient is
 * meaningful. Such a point is recognized by its {@link DifferentiableFunction.branches}, never by
 * its error, and another is drawn; a report counts them, and too many are a failure.
 */
import { checkOptions, RandomStreams, type Random, type Tensor } from '@convnet/tensor';

/** A number computed from tensors, with gradients that claim to be right. */
export interface DifferentiableFunction {
  /** The tensors to differentiate by, with their analytic gradients. */
  readonly tensors: readonly {
    readonly name: string;
    readonly value: Tensor;
    /** Valid after {@link DifferentiableFunction.backward}. */
    readonly gradient: () => Tensor;
  }[];
  /** Moves to a new random point. */
  readonly draw: (random: Random) => void;
  /** The function's value at the present point. */
  readonly value: () => number;
  /** Computes all gradients at the present point; called right after `value`. */
  readonly backward: () => void;
  /** On which piece the last `value` was, as numbers that change with it. */
  readonly branches: () => Int32Array[];
}

/** Settings of a check; the defaults are strict. */
export interface GradientCheckOptions {
  /** h; default 1e-5. */
  readonly step?: number;
  /** Largest error that passes; default 1e-6. */
  readonly tolerance?: number;
  /** Coordinates compared in each tensor; default 200. */
  readonly coordinates?: number;
  /** Largest share of comparisons that met a kink, so that the point was drawn again; default 0.05. */
  readonly kinkLimit?: number;
  /** Default 0. */
  readonly seed?: number;
}

/** Their names. */
export const gradientCheckOptions = 'step tolerance coordinates kinkLimit seed';

/** What was found in one tensor. */
export interface TensorReport {
  readonly name: string;
  /** Coordinates compared. */
  readonly checked: number;
  /** Comparisons that met a kink, so that the point was drawn again. */
  readonly kinks: number;
  readonly worst: {
    readonly error: number;
    readonly index: number;
    readonly analytic: number;
    readonly numeric: number;
  };
}

/** The outcome of a check. */
export interface GradientReport {
  readonly tensors: readonly TensorReport[];
  /** One sentence for each tensor that fails; empty if the gradients are right. */
  readonly failures: readonly string[];
}

/** Points that the coordinates of a tensor are spread over, at least. */
const POINTS = 20;

function sameBranches(a: readonly Int32Array[], b: readonly Int32Array[]): boolean {
  return a.every((branch, i) => branch.every((piece, j) => piece === b[i]![j]));
}

/** Compares analytic with numeric gradients at random points and coordinates. */
export function checkGradients(
  f: DifferentiableFunction,
  options: GradientCheckOptions = {},
): GradientReport {
  checkOptions(options, gradientCheckOptions, 'checkGradients');
  return compareGradients(f, options);
}

/** The same, with options that are checked. */
export function compareGradients(
  f: DifferentiableFunction,
  options: GradientCheckOptions,
): GradientReport {
  const { step = 1e-5, tolerance = 1e-6, coordinates = 200, kinkLimit = 0.05, seed = 0 } = options;
  for (const { name, value } of f.tensors) {
    if (value.dtype !== 'float64') {
      throw new TypeError(
        `${name}: expected float64, to check gradients; received ${value.dtype}.`,
      );
    }
  }
  const random = new RandomStreams(seed).stream('gradient check');
  const found = f.tensors.map(({ name }) => ({
    name,
    checked: 0,
    kinks: 0,
    worst: { error: 0, index: 0, analytic: 0, numeric: 0 },
  }));
  const perPoint = Math.ceil(coordinates / POINTS);
  const mostDraws = 2 * coordinates;
  while (found.some(({ checked, kinks }) => checked < coordinates && checked + kinks < mostDraws)) {
    f.draw(random);
    f.value();
    const branches = f.branches().map((branch) => branch.slice());
    f.backward();
    const gradients = f.tensors.map(({ gradient }) => gradient().data.slice());
    // `every` ends at the first kink: the whole point is drawn again.
    f.tensors.every(({ value: { data } }, t) => {
      const report = found[t]!;
      for (let i = 0; i < perPoint && report.checked < coordinates; i++) {
        const index = random.integer(data.length);
        const kept = data[index]!;
        const at = (x: number) => {
          data[index] = x;
          const value = f.value();
          return { value, isSamePiece: sameBranches(branches, f.branches()) };
        };
        const above = at(kept + step);
        const below = at(kept - step);
        data[index] = kept;
        if (!above.isSamePiece || !below.isSamePiece) {
          report.kinks += 1;
          return false;
        }
        report.checked += 1;
        const numeric = (above.value - below.value) / (2 * step);
        const analytic = gradients[t]![index]!;
        const error =
          Math.abs(analytic - numeric) / Math.max(1e-3, Math.abs(analytic) + Math.abs(numeric));
        if (!(error <= report.worst.error)) report.worst = { error, index, analytic, numeric };
      }
      return true;
    });
  }
  const failures = found.flatMap(({ name, checked, kinks, worst }) => {
    const sentences: string[] = [];
    if (!(worst.error < tolerance)) {
      sentences.push(
        `${name}[${worst.index}]: expected gradient ${worst.numeric}, by finite differences; received ${worst.analytic} (error ${worst.error.toExponential(1)}, tolerance ${tolerance}).`,
      );
    }
    if (checked < coordinates || kinks > kinkLimit * (checked + kinks)) {
      sentences.push(
        `${name}: ${kinks} of ${checked + kinks} comparisons met a kink; expected at most ${100 * kinkLimit} %. Use fewer samples or inputs farther from 0.`,
      );
    }
    return sentences;
  });
  return { tensors: found, failures };
}
