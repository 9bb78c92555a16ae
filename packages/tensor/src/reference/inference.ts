/** The reference kernels of the forward pass. */
import { expressionCall } from '../expression-call.ts';
import type { InferenceKernels } from '../kernels.ts';
import { Tensor } from '../tensor.ts';
import { concatenate } from './concatenate.ts';
import { averagePool2d } from './average-pool2d.ts';
import { conv2d } from './groups.ts';
import { elementwise } from './elementwise.ts';
import { lookUp } from './look-up.ts';
import { matMul } from './matmul.ts';
import { maxPool2d } from './max-pool2d.ts';
import { pad2d } from './pad2d.ts';
import { rowSums } from './row-sums.ts';
import { softmax } from './softmax.ts';

/** Kernels of the forward pass in plain TypeScript. */
export const referenceInferenceKernels: InferenceKernels = {
  name: 'reference',
  threads: 1,
  createTensor: (shape, dtype) => Tensor.zeros(shape, dtype),
  createIndices: (length) => new Int32Array(length),
  createBytes: (length) => new Uint8Array(length),
  // All of this is garbage like any other.
  release: () => undefined,
  record: (steps) => ({ run: steps, release: () => undefined, onReference: [] }),
  lookUp,
  matMul,
  conv2d,
  maxPool2d,
  averagePool2d,
  pad2d,
  concatenate,
  elementwise: (operands, compute, outputs) => {
    elementwise(expressionCall('elementwise', operands, compute, outputs));
  },
  rowSums: (operands, compute, sums) => {
    rowSums(expressionCall('rowSums', operands, compute, sums));
  },
  softmax,
  custom: (_name, _tensors, compute) => {
    compute();
  },
};
