/** Softmax, row by row. The formulas are those of the reference; the exponential is our own. */
import type { Tensor } from '../../tensor.ts';
import type { Code, Local } from '../emit/code.ts';
import { emitSumOfLanes } from '../emit/dot-products.ts';
import { emitExp } from '../emit/exponential.ts';
import { sumsInBlocks } from '../emit/sums-in-blocks.ts';
import { FLOAT, LANES, lanesBelow, loadVector, storeVector } from '../emit/vector-access.ts';
import { sampleAddress, spanOf, type SampleWork } from '../run/work.ts';

/**
 * Runs `body` for every vector of a row of `length`, then moves the pointers past it.
 * @param sums - what takes a term of each vector.
 */
export function forVectors(
  code: Code,
  length: number,
  pointers: readonly Local[],
  body: (width: number) => void,
  sums: readonly Local[] = [],
): void {
  const blocks = sumsInBlocks(code, sums, length / LANES);
  blocks.repeat(Math.floor(length / LANES), () => {
    body(LANES);
    for (const pointer of pointers) code.advance(pointer, LANES * FLOAT);
  });
  if (length % LANES > 0) {
    body(length % LANES);
    for (const pointer of pointers) code.advance(pointer, (length % LANES) * FLOAT);
  }
  blocks.finish();
}

/** Loads a vector whose lanes beyond `width` are −∞, which neither maximum nor sum notices. */
function loadLogits(code: Code, at: Local, width: number): void {
  loadVector(code, at, 0, width);
  if (width === LANES) return;
  code.splat(-Infinity).i32x4(lanesBelow(width)).op('v128Bitselect');
}

/** The row's maximum m, and Σ exp(z − m); `each` receives every exponential and its width. */
export function emitRow(
  code: Code,
  K: number,
  row: Local,
  each?: (exponential: Local, width: number) => void,
): { readonly max: Local; readonly sum: Local } {
  const at = code.copy(row);
  const max = code.keep(() => code.splat(-Infinity));
  forVectors(code, K, [at], (width) => {
    code.get(max);
    loadLogits(code, at, width);
    code.op('f32x4Max').set(max);
  });
  for (const lanes of [
    [2, 3, 0, 1],
    [1, 0, 3, 2],
  ] as const) {
    code.get(max).get(max).get(max).shuffle(lanes).op('f32x4Max').set(max);
  }
  const sum = code.keep(() => code.splat(0));
  code.assign(at, row);
  forVectors(
    code,
    K,
    [at],
    (width) => {
      const difference = code.keep(() => {
        loadLogits(code, at, width);
        code.get(max).op('f32x4Sub');
      });
      const exponential = emitExp(code, difference);
      code.get(sum).get(exponential).op('f32x4Add').set(sum);
      each?.(exponential, width);
    },
    [sum],
  );
  emitSumOfLanes(code, sum);
  return { max, sum };
}

/** Multiplies a row by `factor`, in place. */
export function emitScaleRow(code: Code, K: number, row: Local, factor: Local): void {
  const at = code.local('i32');
  code.assign(at, row);
  forVectors(code, K, [at], (width) => {
    loadVector(code, at, 0, width);
    const scaled = code.keep(() => code.get(factor).op('f32x4Mul'));
    storeVector(code, at, 0, width, scaled);
  });
}

/** Emits the function `(logits, output)`. */
function emitSoftmax(code: Code, rows: number, K: number): void {
  const [row, output] = code.parameters as [Local, Local];
  const at = code.local('i32');
  code.repeat(rows, () => {
    code.assign(at, output);
    const { sum } = emitRow(code, K, row, (exponential, width) => {
      storeVector(code, at, 0, width, exponential);
      code.advance(at, width * FLOAT);
    });
    const factor = code.keep(() => code.splat(1).get(sum).op('f32x4Div'));
    emitScaleRow(code, K, output, factor);
    code.advance(row, K * FLOAT).advance(output, K * FLOAT);
  });
}

/** Softmax as work. */
export function softmaxWork(logits: Tensor, output: Tensor): SampleWork {
  const [N, K] = logits.shape as [number, number];
  const [from, to] = [spanOf(logits.data), spanOf(output.data)];
  return {
    kind: 'samples',
    name: 'softmax',
    samples: N,
    reads: [from],
    writes: [to],
    calls: (first, count) => [
      {
        key: `softmax ${count} ${K}`,
        emit: (code) => {
          emitSoftmax(code, count, K);
        },
        values: [sampleAddress(from, N, first), sampleAddress(to, N, first)],
      },
    ],
  };
}
