/**
 * What every kernel is tested on: all implementations, each also recorded as programs, held equal
 * to the reference in float64.
 */
import { setFlagsFromString } from 'node:v8';
import fc from 'fast-check';
import { expect } from 'vitest';
import {
  createKernels,
  referenceKernels,
  type DType,
  type FloatArray,
  type Kernels,
} from '../src/index.ts';
import { supportsWasm } from '../src/wasm/run/support.ts';
import { checkEmittedCode } from './checked-code.ts';

checkEmittedCode();

export { inOwnMemory, randomTensor } from './own-memory.ts';

// The same cases in every run: a tolerance may be missed where everything cancels by chance.
fc.configureGlobal({ seed: 1 });

// Node 20 has relaxed SIMD behind a flag; what this process compiles from here on may use it.
if (!supportsWasm('relaxed')) setFlagsFromString('--experimental-wasm-relaxed-simd');

/** Kernels, and how near to exact they must come. */
export interface Implementation {
  readonly title: string;
  readonly kernels: Kernels;
  readonly dtype: DType;
  /** Largest error, as a share of the largest value. */
  readonly tolerance: number;
}

/** All of them; each passes every test. */
export const implementations: Implementation[] = [
  { title: 'reference, float64', kernels: referenceKernels, dtype: 'float64', tolerance: 1e-12 },
  { title: 'reference, float32', kernels: referenceKernels, dtype: 'float32', tolerance: 1e-6 },
  ...(['simd', 'relaxed'] as const).flatMap((rung): Implementation[] => {
    const settings = { dtype: 'float32', tolerance: 1e-5 } as const;
    const kernels = createKernels(rung, { threads: 3 });
    return [
      { title: rung, kernels, ...settings },
      { title: `${rung}, recorded`, kernels: recordingEachCall(kernels), ...settings },
    ];
  }),
];

/**
 * Kernels whose every call is recorded, as a program of its own, and then run; but for those that a
 * test records itself.
 */
function recordingEachCall(kernels: Kernels): Kernels {
  let isRecording = false;
  return new Proxy(kernels, {
    get(target, name) {
      const kernel: unknown = Reflect.get(target, name);
      if (typeof kernel !== 'function' || /^create|sumOfSquares/.test(String(name))) return kernel;
      return (...values: unknown[]): unknown => {
        const call = (): unknown => Reflect.apply(kernel, target, values);
        if (isRecording) return call();
        isRecording = true;
        try {
          if (name === 'record') return call();
          target.record(call).run();
          return undefined;
        } finally {
          isRecording = false;
        }
      };
    },
  });
}

/** max|actual − expected| ≤ tolerance · max|expected|. */
export function expectWithin(tolerance: number, actual: FloatArray, expected: FloatArray): void {
  expect(actual.length).toBe(expected.length);
  let largest = 0;
  for (const value of expected) largest = Math.max(largest, Math.abs(value));
  for (let i = 0; i < actual.length; i++) {
    if (!(Math.abs(actual[i]! - expected[i]!) <= tolerance * largest)) {
      expect.fail(`element ${i}: expected ${expected[i]}, received ${actual[i]}`);
    }
  }
}

/** As `toEqual`, which looks at each number by itself, and so takes long: here only if bits differ. */
export function expectSame<T extends FloatArray | Int32Array>(actual: T, expected: T): void {
  const [a, b] = [actual, expected].map(({ buffer, byteOffset, byteLength }) =>
    Buffer.from(buffer, byteOffset, byteLength),
  );
  if (!a!.equals(b!)) expect(actual).toEqual(expected);
}
