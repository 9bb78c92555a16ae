/**
 * Activations and their slopes beside the exact ones, in bands of inputs: what
 * `golden/functions.py` does with PyTorch, on ten times as many numbers.
 */
import { math, type Expression, type Kernels, type Tensor } from '@convnet/tensor';
import { elu, gelu, hardSwish, sigmoid, silu, tanh, type Layer } from '../src/index.ts';
import { trainingContext } from '../src/layers/training-context.ts';

const POINTS = 1000;

/** `POINTS` numbers from `low` up to `high`, at equal steps of their bit patterns. */
export function floats(low: number, high: number): Float32Array {
  const [first, end] = new Int32Array(Float32Array.of(Math.abs(low), Math.abs(high)).buffer);
  const values = new Float32Array(POINTS);
  const bits = new Int32Array(values.buffer);
  for (let i = 0; i < POINTS; i++) bits[i] = first! + Math.floor(((end! - first!) * i) / POINTS);
  return low < 0 || high < 0 ? values.map((value) => -value) : values;
}

/** By its series of positive terms (Abramowitz and Stegun 7.1.6). */
function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  let [term, sum] = [x, x];
  for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** 1 − erf(x), by a continued fraction (7.1.14) where it is small. */
function erfc(x: number): number {
  if (x < 0) return 2 - erfc(-x);
  if (x < 2.5) return 1 - erf(x);
  if (x > 1e10) return 0;
  let fraction = x;
  for (let n = 200; n > 0; n--) fraction = x + n / 2 / fraction;
  return Math.exp(-x * x) / fraction / Math.sqrt(Math.PI);
}

const below = (x: number): number => 0.5 * erfc(-x * Math.SQRT1_2);
const density = (x: number): number => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
const logistic = (x: number): number =>
  x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x));
const logisticSlope = (x: number): number => logistic(x) * logistic(-x);
/** `factor · x`, and 0 if the factor is, whatever x. */
const times = (factor: number, x: number): number => (factor === 0 ? 0 : factor * x);
const FACTOR = Math.sqrt(2 / Math.PI);
const inner = (x: number): number => 2 * FACTOR * (x + 0.044715 * x ** 3);

/** Something that is computed for each number by itself. */
export interface Curve {
  readonly name: string;
  readonly make: () => Layer | ((x: Expression) => Expression);
  readonly value: (x: number) => number;
  readonly slope?: (x: number) => number;
}

export const curves: readonly Curve[] = [
  { name: 'exp', make: () => math.exp, value: Math.exp },
  { name: 'log', make: () => math.log, value: Math.log },
  { name: 'erf', make: () => math.erf, value: erf },
  {
    name: 'tanh',
    make: tanh,
    value: Math.tanh,
    slope: (x) => (4 * Math.exp(-2 * Math.abs(x))) / (1 + Math.exp(-2 * Math.abs(x))) ** 2,
  },
  { name: 'sigmoid', make: sigmoid, value: logistic, slope: logisticSlope },
  {
    name: 'silu',
    make: silu,
    value: (x) => x * logistic(x),
    slope: (x) => logistic(x) + x * logisticSlope(x),
  },
  {
    name: 'gelu',
    make: gelu,
    value: (x) => x * below(x),
    slope: (x) => below(x) + x * density(x),
  },
  {
    name: 'gelu approximate',
    make: () => gelu({ approximate: true }),
    value: (x) => x * logistic(inner(x)),
    slope: (x) =>
      logistic(inner(x)) +
      times(logisticSlope(inner(x)), x * 2 * FACTOR * (1 + 3 * 0.044715 * x * x)),
  },
  {
    name: 'elu',
    make: elu,
    value: (x) => (x > 0 ? x : Math.expm1(x)),
    slope: (x) => (x > 0 ? 1 : Math.exp(x)),
  },
  {
    name: 'hardSwish',
    make: hardSwish,
    value: (x) => (x * Math.min(Math.max(x + 3, 0), 6)) / 6,
    slope: (x) => (x > 3 ? 1 : x > -3 ? x / 3 + 0.5 : 0),
  },
];

/** What kernels make of inputs: results and, of layers, slopes. */
export function computed(curve: Curve, kernels: Kernels, inputs: Float32Array): Tensor[] {
  const x = kernels.createTensor([1, inputs.length], 'float32');
  x.data.set(inputs);
  const made = curve.make();
  if (typeof made === 'function') {
    const y = kernels.createTensor(x.shape, 'float32');
    kernels.elementwise({ x }, (of) => ({ y: made(of.x) }), { y });
    return [y];
  }
  made.name = made.namePrefix;
  made.build([{ shape: [inputs.length] }], trainingContext(kernels, 'float32', 0));
  const y = made.forward([x], true);
  const dOutput = kernels.createTensor(x.shape, 'float32');
  dOutput.data.fill(1);
  return [y, made.backward(dOutput, [true])[0]!];
}

const LARGEST = 3.4028235677973366e38;
const bounded = (x: number): number => (Math.abs(x) > LARGEST ? Math.sign(x) * 2 ** 128 : x);

/**
 * Largest error, in units of the last place of the exact results, and at least of 1/64 where they
 * cross 0; an infinity is 2¹²⁸.
 */
export function worstOf(
  inputs: Float32Array,
  results: ArrayLike<number>,
  exact: (x: number) => number,
): number {
  let worst = 0;
  const all = Array.from(inputs, exact);
  const least = Math.min(...all) < 0 && Math.max(...all) > 0 ? 2 ** -6 : 2 ** -126;
  for (const i of inputs.keys()) {
    const [got, want] = [bounded(results[i]!), bounded(all[i]!)];
    if (Object.is(got, want) || (Number.isNaN(got) && Number.isNaN(want))) continue;
    const exponent = Math.floor(Math.log2(Math.max(Math.abs(want), least)));
    const place = 2 ** (Math.min(127, exponent) - 23);
    const error = Math.abs(got - want) / place;
    worst = Math.max(worst, Number.isNaN(error) ? Infinity : error);
  }
  return worst;
}
