/**
 * The kernels of the forward pass in WebAssembly, with 128-bit vectors. What lies outside of the
 * engine's memory, or is float64, goes to the reference.
 */
import { expressionCall } from '../expression-call.ts';
import type { InferenceKernels } from '../kernels.ts';
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
import { coreKernels } from './core-kernels.ts';
import { averagePoolingWork } from './kernels/average-pool2d.ts';
import { type FasterConvolutions } from './kernels/conv2d.ts';
import { concatenationWork } from './kernels/concatenate.ts';
import { elementwiseOverSamples, elementwiseOverWeights } from './kernels/elementwise.ts';
import { groupedConvolutionWork } from './kernels/grouped-conv2d.ts';
import { padWork } from './kernels/pad2d.ts';
import { rowSumsWork } from './kernels/row-sums.ts';
import type { Arithmetic } from './kernels/arithmetic.ts';
import { pooledSlide } from './kernels/pooled-slide.ts';
import { tiledConvolutionWork } from './kernels/winograd-conv2d.ts';
import type { Engine } from './run/engine.ts';
import { submitExpressions } from './run/expression-kernel.ts';
import { KernelMaker } from './run/kernel.ts';

/** See the top of this file. */
export function inferenceKernels(
  engine: Engine,
  arithmetic: Arithmetic = 'fast',
): InferenceKernels {
  const maker = new KernelMaker(engine);
  const faster: FasterConvolutions =
    arithmetic === 'fast' ? { pooledSlide, byTiles: tiledConvolutionWork } : { pooledSlide };
  const core = { conv2d, lookUp, matMul, maxPool2d, softmax };
  const kernels = coreKernels(engine, core, {
    averagePool2d: maker.kernel('averagePool2d', averagePool2d, (...args) =>
      averagePoolingWork(engine, ...args),
    ),
    pad2d: maker.kernel('pad2d', pad2d, padWork),
    concatenate: maker.kernel('concatenate', concatenate, concatenationWork),
    elementwise: (operands, compute, outputs, { over = 'samples' } = {}) => {
      const lower = over === 'weights' ? elementwiseOverWeights : elementwiseOverSamples;
      const call = expressionCall('elementwise', operands, compute, outputs);
      submitExpressions(engine, 'elementwise', call, elementwise, lower);
    },
    rowSums: (operands, compute, sums) => {
      const call = expressionCall('rowSums', operands, compute, sums);
      submitExpressions(engine, 'rowSums', call, rowSums, rowSumsWork);
    },
  });
  return {
    ...kernels,
    conv2d: maker.kernel('conv2d', conv2d, (...args) =>
      groupedConvolutionWork(engine, faster, ...args),
    ),
  };
}
