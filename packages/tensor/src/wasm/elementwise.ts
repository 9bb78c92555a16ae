/** Kernels that treat every element alike, four at a time. */
import type { Code, Local } from './code.ts';
import { FLOAT, LANES, loadVector, storeVector } from './vector-access.ts';

/** What an elementwise kernel does with four elements of each of its arrays. */
export interface Elementwise {
  /** Which parameters are arrays; the others are numbers. */
  readonly arrays: readonly number[];
  /** Which of the arrays are read, in the order in which `compute` receives them. */
  readonly reads: readonly number[];
  /** Which arrays are written, in the order in which `compute` gives them. */
  readonly writes: readonly number[];
  /** Emits code that computes what is written from what was read. */
  readonly compute: (code: Code, read: readonly Local[]) => readonly Local[];
}

/** Emits a function over `size` elements; its parameters are addresses and numbers. */
export function emitElementwise(code: Code, size: number, spec: Elementwise): void {
  const pointers = new Map(spec.arrays.map((index) => [index, code.local('i32')]));
  for (const [index, pointer] of pointers) code.assign(pointer, code.parameters[index]!);
  const read = spec.reads.map(() => code.local('v128'));
  const step = (width: number): void => {
    for (const [i, vector] of read.entries()) {
      loadVector(code, pointers.get(spec.reads[i]!)!, 0, width);
      code.set(vector);
    }
    const written = spec.compute(code, read);
    for (const [i, vector] of written.entries()) {
      storeVector(code, pointers.get(spec.writes[i]!)!, 0, width, vector);
    }
  };
  code.repeat(Math.floor(size / LANES), () => {
    step(LANES);
    for (const pointer of pointers.values()) code.advance(pointer, LANES * FLOAT);
  });
  if (size % LANES > 0) step(size % LANES);
}

/** Emits an expression and keeps its value in a new local. */
function keep(code: Code, emit: () => void): Local {
  const value = code.local('v128');
  emit();
  code.set(value);
  return value;
}

/** `(input, output)`: the larger of 0 and the input; a NaN stays, since it is not below 0. */
export const relu: Elementwise = {
  arrays: [0, 1],
  reads: [0],
  writes: [1],
  compute: (code, [input]) => [
    keep(code, () => {
      // 0 where 0 > input, else the input.
      code.splat(0).get(input!).splat(0).get(input!).op('f32x4Gt', 'v128Bitselect');
    }),
  ],
};

/** `(output, dOutput, dInput)`: dOutput where the output is above 0. */
export const reluGradient: Elementwise = {
  arrays: [0, 1, 2],
  reads: [0, 1],
  writes: [2],
  compute: (code, [output, dOutput]) => [
    keep(code, () => {
      code.get(output!).splat(0).op('f32x4Gt').get(dOutput!).op('v128And');
    }),
  ],
};

/** `(a, b, output)`: their products. */
export const multiply: Elementwise = {
  arrays: [0, 1, 2],
  reads: [0, 1],
  writes: [2],
  compute: (code, [a, b]) => [keep(code, () => code.get(a!).get(b!).op('f32x4Mul'))],
};

/** `(x, factor)`: x times the factor, in place. */
export const scale: Elementwise = {
  arrays: [0],
  reads: [0],
  writes: [0],
  compute: (code, [x]) => [
    keep(code, () => code.get(x!).get(code.parameters[1]!).op('f32x4Splat', 'f32x4Mul')),
  ],
};

/** `(value, gradient, learningRate)`: a step without momentum. */
export const sgd: Elementwise = {
  arrays: [0, 1],
  reads: [0, 1],
  writes: [0],
  compute: (code, [value, gradient]) => [
    keep(code, () => {
      code.get(value!).get(gradient!).get(code.parameters[2]!).op('f32x4Splat', 'f32x4Mul');
      code.op('f32x4Sub');
    }),
  ],
};

/** `(value, gradient, velocity, learningRate, momentum)`. */
export const sgdWithMomentum: Elementwise = {
  arrays: [0, 1, 2],
  reads: [0, 1, 2],
  writes: [2, 0],
  compute: (code, [value, gradient, velocity]) => {
    const [, , , learningRate, momentum] = code.parameters;
    const step = keep(code, () => {
      code.get(velocity!).get(momentum!).op('f32x4Splat', 'f32x4Mul');
      code.get(gradient!).get(learningRate!).op('f32x4Splat', 'f32x4Mul', 'f32x4Sub');
    });
    return [step, keep(code, () => code.get(value!).get(step).op('f32x4Add'))];
  },
};

/**
 * `(value, gradient, m, v, beta1, 1 − beta1, beta2, 1 − beta2, rate, correction, epsilon)`, with
 * `rate = learningRate / (1 − beta1ᵗ)` and `correction = 1 / (1 − beta2ᵗ)`.
 */
export const adam: Elementwise = {
  arrays: [0, 1, 2, 3],
  reads: [0, 1, 2, 3],
  writes: [2, 3, 0],
  compute: (code, [value, g, m, v]) => {
    const [, , , , beta1, rest1, beta2, rest2, rate, correction, epsilon] = code.parameters;
    const times = (vector: Local, factor: Local): Code =>
      code.get(vector).get(factor).op('f32x4Splat', 'f32x4Mul');
    const first = keep(code, () => {
      times(m!, beta1!);
      times(g!, rest1!).op('f32x4Add');
    });
    const second = keep(code, () => {
      times(v!, beta2!);
      times(g!, rest2!).get(g!).op('f32x4Mul', 'f32x4Add');
    });
    const next = keep(code, () => {
      code.get(value!);
      times(first, rate!);
      times(second, correction!).op('f32x4Sqrt').get(epsilon!).op('f32x4Splat', 'f32x4Add');
      code.op('f32x4Div', 'f32x4Sub');
    });
    return [first, second, next];
  },
};
