/** Dropout's masks, four elements at a time; the formulas are those of the reference. */
import { dropThreshold, MIXERS } from '../../reference/dropout-mask.ts';
import type { Tensor } from '../../tensor.ts';
import type { Code, Local } from '../emit/code.ts';
import { forVectors } from './softmax.ts';
import { FLOAT, LANES, storeVector } from '../emit/vector-access.ts';
import { sampleAddress, spanOf, type SampleWork } from '../run/work.ts';

function emitMix(code: Code, x: Local): void {
  const shifted = (bits: number): void => {
    code.get(x).get(x).i32(bits).op('i32x4ShrU', 'v128Xor');
  };
  for (const [bits, factor] of [
    [16, MIXERS[0]],
    [15, MIXERS[1]],
  ] as const) {
    shifted(bits);
    code.i32(factor).op('i32x4Splat', 'i32x4Mul').set(x);
  }
  shifted(16);
  code.set(x);
}

/** Emits the function `(mask, key, base)`; elements are counted from `base`. */
function emitDropoutMask(code: Code, size: number, rate: number): void {
  const [mask, key, base] = code.parameters as [Local, Local, Local];
  const keys = [0, 1].map((i) =>
    code.keep(() => {
      code.get(key).access('v128Load32Splat', i * FLOAT);
    }),
  );
  const index = code.keep(() => {
    code.get(mask).get(base).op('i32Sub').i32(2).op('i32ShrU', 'i32x4Splat');
    code.i32x4([0, 1, 2, 3]).op('i32x4Add').get(keys[0]!).op('i32x4Add');
  });
  forVectors(code, size, [mask], (width) => {
    const bits = code.keep(() => code.get(index));
    emitMix(code, bits);
    code.get(bits).get(keys[1]!).op('v128Xor').set(bits);
    emitMix(code, bits);
    const value = code.keep(() => {
      code.splat(0).splat(1 / (1 - rate));
      code.get(bits).i32(dropThreshold(rate)).op('i32x4Splat', 'i32x4LtS', 'v128Bitselect');
    });
    storeVector(code, mask, 0, width, value);
    code.get(index).i32(LANES).op('i32x4Splat', 'i32x4Add').set(index);
  });
}

/** A mask as work, from the key that lies in `key`. */
export function dropoutMaskWork(mask: Tensor, rate: number, key: Int32Array): SampleWork {
  const N = mask.shape[0]!;
  const [to, words] = [spanOf(mask.data), spanOf(key)];
  return {
    kind: 'samples',
    name: 'dropoutMask',
    samples: N,
    reads: [words],
    writes: [to],
    calls: (first, count) => {
      const size = (mask.size / N) * count;
      return [
        {
          key: `dropoutMask ${size} ${rate}`,
          emit: (code) => {
            emitDropoutMask(code, size, rate);
          },
          values: [sampleAddress(to, N, first), words.address, to.address],
        },
      ];
    },
  };
}
