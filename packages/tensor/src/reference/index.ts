/**
 * The reference implementation of {@link Kernels}: plain loops that read like their formulas,
 * for float32 and float64. It is what every other implementation is compared with.
 */
import type { Kernels } from '../kernels.ts';
import { Tensor } from '../tensor.ts';
import { conv2d, conv2dInputGradient, conv2dKernelGradient } from './conv2d.ts';
import { multiply, relu, reluGradient, scale } from './elementwise.ts';
import { addBias, biasGradient, matMul } from './matmul.ts';
import { maxPool2d, maxPool2dGradient } from './max-pool2d.ts';
import { adamUpdate, sgdUpdate } from './optimizer-updates.ts';
import { argmaxRows, sumOfSquares } from './reductions.ts';
import {
  softmax,
  softmaxCrossEntropy,
  softmaxGradient,
  sparseSoftmaxCrossEntropy,
} from './softmax.ts';

/** Kernels in plain TypeScript. */
export const referenceKernels: Kernels = {
  name: 'reference',
  createTensor: (shape, dtype) => Tensor.zeros(shape, dtype),
  createIndices: (length) => new Int32Array(length),
  matMul,
  addBias,
  biasGradient,
  conv2d,
  conv2dInputGradient,
  conv2dKernelGradient,
  maxPool2d,
  maxPool2dGradient,
  relu,
  reluGradient,
  multiply,
  softmax,
  softmaxGradient,
  softmaxCrossEntropy,
  sparseSoftmaxCrossEntropy,
  argmaxRows,
  sumOfSquares,
  scale,
  sgdUpdate,
  adamUpdate,
};
