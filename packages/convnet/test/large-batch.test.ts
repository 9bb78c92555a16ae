/** A batch for which there is no memory; the memory is asked for, and never taken. */
import { expect, test } from 'vitest';
import {
  conv2d,
  createKernels,
  globalAveragePooling2d,
  sequential,
  ShapeError,
  Tensor,
} from '../src/index.ts';

test('predict refuses a batch that does not fit into memory, and takes a smaller one', () => {
  const model = sequential({
    inputShape: [512, 512, 1],
    layers: [conv2d({ filters: 128, kernelSize: 1 }), globalAveragePooling2d()],
    kernels: createKernels('simd', { threads: 1 }),
    seed: 1,
  });
  const x = Tensor.zeros([17, 512, 512, 1]); // 128 MiB of outputs for each
  expect(() => model.predict(x, { batchSize: 17 })).toThrow(ShapeError);
  expect(() => model.predict(x, { batchSize: 17 })).toThrow(
    /into 2048 MiB .*; received one of 2048 MiB beside \d+ MiB\. Use a smaller batchSize/,
  );
  expect(model.predict(x.rows(0, 1), { batchSize: 1 }).shape).toEqual([1, 128]);
});
