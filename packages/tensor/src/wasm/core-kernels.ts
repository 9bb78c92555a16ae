/**
 * What all kernels of the forward pass in WebAssembly have in common, with 128-bit vectors: memory,
 * recording, and the kernels that most networks need.
 */
import type { InferenceKernels, MatMul } from '../kernels.ts';
import { sizeOf } from '../shape.ts';
import { Tensor } from '../tensor.ts';
import { convolutionWork, type FasterConvolutions } from './kernels/conv2d.ts';
import { lookUpWork } from './kernels/look-up.ts';
import { matMulWork } from './kernels/matmul.ts';
import { maxPoolingWork } from './kernels/max-pool2d.ts';
import { softmaxWork } from './kernels/softmax.ts';
import type { Engine } from './run/engine.ts';
import { KernelMaker, onHost } from './run/kernel.ts';

/** All that a product reads or writes. */
export const matMulArrays = ({ a, b, bias, output }: MatMul): Tensor[] => [
  a,
  b,
  output,
  ...(bias ? [bias] : []),
];

/** The kernels of here that have a reference. */
export type CoreReference = Pick<
  InferenceKernels,
  'lookUp' | 'matMul' | 'conv2d' | 'maxPool2d' | 'softmax'
>;

/** Kernels that are not of here. */
export type OtherKernels = Pick<
  InferenceKernels,
  'averagePool2d' | 'concatenate' | 'elementwise' | 'pad2d' | 'rowSums'
>;

/**
 * See the top of this file.
 * @param reference - for what lies outside of the engine's memory, or is float64; refused without it.
 */
export function coreKernels(
  engine: Engine,
  reference: Partial<CoreReference>,
  others: OtherKernels,
  faster: FasterConvolutions = {},
): InferenceKernels {
  const maker = new KernelMaker(engine);
  return {
    ...others,
    name: engine.rung,
    threads: engine.threads.count,
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
    lookUp: maker.kernel('lookUp', reference.lookUp, lookUpWork),
    matMul: maker.kernel(
      'matMul',
      reference.matMul,
      (product) => matMulWork(engine, product),
      matMulArrays,
    ),
    conv2d: maker.kernel('conv2d', reference.conv2d, (...args) =>
      convolutionWork(engine, faster, ...args),
    ),
    maxPool2d: maker.kernel('maxPool2d', reference.maxPool2d, maxPoolingWork),
    softmax: maker.kernel('softmax', reference.softmax, softmaxWork),
    custom: (name, tensors, compute) => {
      engine.submit([onHost(engine, name, tensors, compute)]);
    },
  };
}
