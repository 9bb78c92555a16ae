/**
 * The reference implementation of {@link Kernels}: plain loops that read like their formulas,
 * for float32 and float64. It is what every other implementation is compared with.
 */
import type { Kernels } from '../kernels.ts';
import { Tensor } from '../tensor.ts';
import { conv2d, conv2dInputGradient, conv2dKernelGradient } from './conv2d.ts';
import { lookUp, multiply, relu, reluGradient, scale } from './elementwise.ts';
import { biasGradient, matMul } from './matmul.ts';
import { dropoutMask } from './dropout-mask.ts';
import { maxPool2d, maxPool2dGradient } from './max-pool2d.ts';
import { adamUpdate, sgdUpdate } from './optimizer-updates.ts';
import { argmaxRows, sumOfSquares } from './reductions.ts';
import { softmax, softmaxCrossEntropy, softmaxGradient } from './softmax.ts';

/** Kernels in plain TypeScript. */
export const referenceKernels: Kernels = {
  name: 'reference',
  threads: 1,
  createTensor: (shape, dtype) => Tensor.zeros(shape, dtype),
  createIndices: (length) => new Int32Array(length),
  createBytes: (length) => new Uint8Array(length),
  record: (steps) => ({ run: steps, onReference: [] }),
  lookUp,
  matMul,
  biasGradient,
  conv2d,
  conv2dInputGradient,
  conv2dKernelGradient,
  maxPool2d,
  maxPool2dGradient,
  relu,
  reluGradient,
  multiply,
  dropoutMask,
  softmax,
  softmaxGradient,
  softmaxCrossEntropy,
  argmaxRows,
  sumOfSquares,
  clear: ({ data }) => data.fill(0),
  scale,
  sgdUpdate,
  adamUpdate,
};
