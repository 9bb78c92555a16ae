/** Kernels that treat every element alike and are no expressions, four elements at a time. */
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
  /** Emits code that computes what is written from what was read. */
  readonly compute: (code: Code, read: readonly Local[]) => readonly Local[];
}

/** Emits a function over `size` elements of every array; its parameters are addresses. */
export function emitElementwise(code: Code, size: number, spec: Elementwise): void {
  const pointers = Array.from({ length: spec.arrays }, (_, i) => {
    const pointer = code.local('i32');
    code.assign(pointer, code.parameters[i]!);
    return pointer;
  });
  const step = (width: number): void => {
    const read = spec.reads.map((index) =>
      keep(code, () => {
        loadVector(code, pointers[index]!, 0, width);
      }),
    );
    for (const [i, vector] of spec.compute(code, read).entries()) {
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
