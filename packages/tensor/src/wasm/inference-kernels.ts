/**
 * The kernels of the forward pass in WebAssembly, with 128-bit vectors. What lies outside of the
 * engine's memory, or is float64, goes to the reference.
 */
import { expressionCall } from '../expression-call.ts';
import type { InferenceKernels, MatMul } from '../kernels.ts';
import { averagePool2d } from '../reference/average-pool2d.ts';
import { concatenate } from '../reference/concatenate.ts';
import { conv2d } from '../reference/groups.ts';
import { elementwise } from '../reference/elementwise.ts';
import { lookUp } from '../reference/look-up.ts';
import { matMul } from '../reference/matmul.ts';
import { maxPool2d } from '../reference/max-pool2d.ts';
import { pad2d } from '../reference/pad2d.ts';
import { rowSums } from '../reference/row-sums.ts';
import { softmax } from '../reference/softmax.ts';
import { sizeOf } from '../shape.ts';
import { Tensor } from '../tensor.ts';
import { averagePoolingWork } from './kernels/average-pool2d.ts';
import { concatenationWork } from './kernels/concatenate.ts';
import { convolutionWork } from './kernels/conv2d.ts';
import { elementwiseOverSamples, elementwiseOverWeights } from './kernels/elementwise.ts';
import { lookUpWork } from './kernels/look-up.ts';
import { matMulWork } from './kernels/matmul.ts';
import { maxPoolingWork } from './kernels/max-pool2d.ts';
import { padWork } from './kernels/pad2d.ts';
import { rowSumsWork } from './kernels/row-sums.ts';
import { softmaxWork } from './kernels/softmax.ts';
import type { Arithmetic } from './kernels/tiled-images.ts';
import type { Engine } from './run/engine.ts';
import { KernelMaker, onHost } from './run/kernel.ts';

/** All that a product reads or writes. */
export const matMulArrays = ({ a, b, bias, output }: MatMul): Tensor[] => [
  a,
  b,
  output,
  ...(bias ? [bias] : []),
];

/** See the top of this file. */
export function inferenceKernels(
  engine: Engine,
  arithmetic: Arithmetic = 'fast',
): InferenceKernels {
  const maker = new KernelMaker(engine);
  return {
    name: engine.rung,
    threads: engine.threads.count,
    startThreads: () => {
      engine.threads.start();
    },
    createTensor: (shape, dtype) =>
      dtype === 'float64'
        ? Tensor.zeros(shape, dtype)
        : new Tensor(engine.memory.floats(sizeOf(shape)), shape),
    createIndices: (length) => engine.memory.integers(length),
    createBytes: (length) => engine.memory.bytes(length),
    release: (arrays) => {
      for (const array of arrays) {
        const { byteOffset, buffer } = 'data' in array ? array.data : array;
        if (engine.memory.holds({ buffer })) engine.memory.release(byteOffset);
      }
    },
    record: (steps) => engine.record(steps),
    lookUp: maker.kernel('lookUp', lookUp, lookUpWork),
    matMul: maker.kernel('matMul', matMul, (product) => matMulWork(engine, product), matMulArrays),
    conv2d: maker.kernel('conv2d', conv2d, (...args) =>
      convolutionWork(engine, arithmetic, ...args),
    ),
    maxPool2d: maker.kernel('maxPool2d', maxPool2d, maxPoolingWork),
    averagePool2d: maker.kernel('averagePool2d', averagePool2d, (...args) =>
      averagePoolingWork(engine, ...args),
    ),
    pad2d: maker.kernel('pad2d', pad2d, padWork),
    concatenate: maker.kernel('concatenate', concatenate, concatenationWork),
    elementwise: (operands, compute, outputs, { over = 'samples' } = {}) => {
      const lower = over === 'weights' ? elementwiseOverWeights : elementwiseOverSamples;
      const call = expressionCall('elementwise', operands, compute, outputs);
      maker.expressions('elementwise', call, elementwise, lower);
    },
    rowSums: (operands, compute, sums) => {
      maker.expressions(
        'rowSums',
        expressionCall('rowSums', operands, compute, sums),
        rowSums,
        rowSumsWork,
      );
    },
    softmax: maker.kernel('softmax', softmax, softmaxWork),
    custom: (name, tensors, compute) => {
      engine.submit([onHost(engine, name, tensors, compute)]);
    },
  };
}
