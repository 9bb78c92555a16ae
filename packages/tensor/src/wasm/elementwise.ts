/** Kernels that treat every element alike, four at a time. */
import type { Code, Local } from './code.ts';
import { emitFinish } from './contraction.ts';
import { FLOAT, LANES, loadVector, storeVector } from './vector-access.ts';

/** What an elementwise kernel does with four elements of each of its arrays. */
export interface Elementwise {
  /** Says all that `compute` depends on. */
  readonly key: string;
  readonly arrays: number;
  /** Which of the arrays are read, in the order in which `compute` receives them. */
  readonly reads: readonly number[];
  /** Which arrays are written, in the order in which `compute` gives them. */
  readonly writes: readonly number[];
  /** Numbers that are read once, from the address that follows those of the arrays. */
  readonly scalars?: number;
  /** Emits code that computes what is written from what was read. */
  readonly compute: (
    code: Code,
    read: readonly Local[],
    scalars: readonly Local[],
  ) => readonly Local[];
}

/** Emits a function over `size` elements of every array; its parameters are addresses. */
export function emitElementwise(code: Code, size: number, spec: Elementwise): void {
  const pointers = Array.from({ length: spec.arrays }, (_, i) => {
    const pointer = code.local('i32');
    code.assign(pointer, code.parameters[i]!);
    return pointer;
  });
  const scalars = Array.from({ length: spec.scalars ?? 0 }, (_, i) =>
    keep(code, () => {
      code.get(code.parameters[spec.arrays]!).access('v128Load32Splat', i * FLOAT);
    }),
  );
  const step = (width: number): void => {
    const read = spec.reads.map((index) =>
      keep(code, () => {
        loadVector(code, pointers[index]!, 0, width);
      }),
    );
    for (const [i, vector] of spec.compute(code, read, scalars).entries()) {
      storeVector(code, pointers[spec.writes[i]!]!, 0, width, vector);
    }
  };
  code.repeat(Math.floor(size / LANES), () => {
    step(LANES);
    for (const pointer of pointers) code.advance(pointer, LANES * FLOAT);
  });
  if (size % LANES > 0) step(size % LANES);
}

/** Emits an expression and keeps its value in a new local. */
export function keep(code: Code, emit: () => void): Local {
  const value = code.local('v128');
  emit();
  code.set(value);
  return value;
}

/** `(input, output)`: the larger of 0 and the input; a NaN stays, since it is not below 0. */
export const relu: Elementwise = {
  key: 'relu',
  arrays: 2,
  reads: [0],
  writes: [1],
  compute: (code, [input]) => {
    emitFinish(code, 'relu', input!, () => undefined);
    return [input!];
  },
};

/** `(dOutput, output, dInput)`: dOutput where the output is above 0. */
export const reluGradient: Elementwise = {
  key: 'reluGradient',
  arrays: 3,
  reads: [0, 1],
  writes: [2],
  compute: (code, [dOutput, output]) => {
    emitFinish(code, 'gate', dOutput!, () => code.get(output!));
    return [dOutput!];
  },
};

/** `(a, b, output)`: their products. */
export const multiply: Elementwise = {
  key: 'multiply',
  arrays: 3,
  reads: [0, 1],
  writes: [2],
  compute: (code, [a, b]) => [keep(code, () => code.get(a!).get(b!).op('f32x4Mul'))],
};

/** `(term 1, term 2, …, output)`: the sum of `count` terms, in order. */
export const add = (count: number): Elementwise => ({
  key: `add ${count}`,
  arrays: count + 1,
  reads: Array.from({ length: count }, (_, i) => i),
  writes: [count],
  compute: (code, [first, ...others]) => {
    for (const term of others) code.get(first!).get(term).op('f32x4Add').set(first!);
    return [first!];
  },
});

/** `(x, factor)`: x times the factor, in place. */
export const scale: Elementwise = {
  key: 'scale',
  arrays: 1,
  reads: [0],
  writes: [0],
  scalars: 1,
  compute: (code, [x], [factor]) => [keep(code, () => code.get(x!).get(factor!).op('f32x4Mul'))],
};

/** `(value, gradient, learningRate)`: a step without momentum. */
export const sgd: Elementwise = {
  key: 'sgd',
  arrays: 2,
  reads: [0, 1],
  writes: [0],
  scalars: 1,
  compute: (code, [value, gradient], [learningRate]) => [
    keep(code, () => {
      code.get(value!).get(gradient!).get(learningRate!).op('f32x4Mul', 'f32x4Sub');
    }),
  ],
};

/** `(value, gradient, velocity, learningRate)`. */
export const sgdWithMomentum = (momentum: number): Elementwise => ({
  key: `sgd ${momentum}`,
  arrays: 3,
  reads: [0, 1, 2],
  writes: [2, 0],
  scalars: 1,
  compute: (code, [value, gradient, velocity], [learningRate]) => {
    const step = keep(code, () => {
      code.get(velocity!).splat(momentum).op('f32x4Mul');
      code.get(gradient!).get(learningRate!).op('f32x4Mul', 'f32x4Sub');
    });
    return [step, keep(code, () => code.get(value!).get(step).op('f32x4Add'))];
  },
});

/**
 * `(value, gradient, m, v, [rate, correction])`, with `rate = learningRate / (1 − beta1ᵗ)` and
 * `correction = 1 / (1 − beta2ᵗ)`.
 */
export const adam = (beta1: number, beta2: number, epsilon: number): Elementwise => ({
  key: `adam ${beta1} ${beta2} ${epsilon}`,
  arrays: 4,
  reads: [0, 1, 2, 3],
  writes: [2, 3, 0],
  scalars: 2,
  compute: (code, [value, g, m, v], [rate, correction]) => {
    const first = keep(code, () => {
      code.get(m!).splat(beta1).op('f32x4Mul');
      code
        .get(g!)
        .splat(1 - beta1)
        .op('f32x4Mul', 'f32x4Add');
    });
    const second = keep(code, () => {
      code.get(v!).splat(beta2).op('f32x4Mul');
      code
        .get(g!)
        .splat(1 - beta2)
        .op('f32x4Mul')
        .get(g!)
        .op('f32x4Mul', 'f32x4Add');
    });
    const next = keep(code, () => {
      code.get(value!).get(first).get(rate!).op('f32x4Mul');
      code.get(second).get(correction!).op('f32x4Mul', 'f32x4Sqrt').splat(epsilon);
      code.op('f32x4Add', 'f32x4Div', 'f32x4Sub');
    });
    return [first, second, next];
  },
});

/** Emits the function `(output, part 1, part 2, …)`: adds up `parts` arrays of `size`, in order. */
export const sumOfParts = (parts: number, start: 'zero' | 'c'): Elementwise => ({
  key: `sum ${parts} ${start}`,
  arrays: parts + 1,
  reads: Array.from({ length: parts + 1 }, (_, i) => i).slice(start === 'c' ? 0 : 1),
  writes: [0],
  compute: (code, [first, ...others]) => {
    const sum = keep(code, () => code.get(first!));
    for (const part of others) code.get(sum).get(part).op('f32x4Add').set(sum);
    return [sum];
  },
});
