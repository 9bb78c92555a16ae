/** The gradient of a bias as work: the sum over all rows `[…, K]`. */
import type { Tensor } from '../../tensor.ts';
import type { Code, Local } from '../emit/code.ts';
import { forVectors } from './softmax.ts';
import { FLOAT, loadVector, storeVector } from '../emit/vector-access.ts';
import { sampleAddress, spanOf, type SumWork } from '../run/work.ts';

/** Sums that are formed side by side, because an addition takes longer than a load. */
const SIDE_BY_SIDE = 8;

/** Emits the function `(rows, sum)`. */
function emitSumOfRows(code: Code, rows: number, K: number, start: 'zero' | 'c'): void {
  const [from, to] = code.parameters as [Local, Local];
  const at = code.local('i32');
  forVectors(code, K, [from, to], (width) => {
    const sums = Array.from({ length: SIDE_BY_SIDE }, () => code.keep(() => code.splat(0)));
    const add = (count: number): void => {
      for (const [i, sum] of sums.slice(0, count).entries()) {
        code.get(sum);
        loadVector(code, at, i * K * FLOAT, width);
        code.op('f32x4Add').set(sum);
      }
      code.advance(at, count * K * FLOAT);
    };
    code.assign(at, from);
    code.repeat(Math.floor(rows / SIDE_BY_SIDE), () => {
      add(SIDE_BY_SIDE);
    });
    add(rows % SIDE_BY_SIDE);
    const [total, ...others] = sums as [Local, ...Local[]];
    for (const sum of others) code.get(total).get(sum).op('f32x4Add').set(total);
    if (start === 'c') {
      code.get(total);
      loadVector(code, to, 0, width);
      code.op('f32x4Add').set(total);
    }
    storeVector(code, to, 0, width, total);
  });
}

/** See the top of this file. */
export function biasGradientWork(dOutput: Tensor, dBias: Tensor): SumWork {
  const N = dOutput.shape[0]!;
  const K = dBias.size;
  const rowsPerSample = dOutput.size / N / K;
  const [from, target] = [spanOf(dOutput.data), spanOf(dBias.data)];
  return {
    kind: 'sum',
    name: 'biasGradient',
    samples: N,
    reads: [from],
    writes: [target],
    target,
    calls: (first, count, into, start) => [
      {
        key: `sumOfRows ${rowsPerSample * count} ${K} ${start}`,
        emit: (code) => {
          emitSumOfRows(code, rowsPerSample * count, K, start);
        },
        values: [sampleAddress(from, N, first), into],
      },
    ],
  };
}
