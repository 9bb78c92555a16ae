/**
 * The kernels of the backward pass and of the optimizers in WebAssembly, in addition to those of
 * the forward pass.
 */
import { expressionCall } from '../expression-call.ts';
import type { Kernels } from '../kernels.ts';
import { averagePool2dGradient } from '../reference/average-pool2d.ts';
import { biasGradient } from '../reference/bias-gradient.ts';
import { channelSums } from '../reference/channel-sums.ts';
import { split } from '../reference/concatenate.ts';
import { softmaxCrossEntropy } from '../reference/cross-entropy.ts';
import { drawKey, dropoutMask } from '../reference/dropout-mask.ts';
import { conv2dInputGradient, conv2dKernelGradient } from '../reference/groups.ts';
import { maxPool2dGradient } from '../reference/max-pool2d-gradient.ts';
import { crop2d } from '../reference/pad2d.ts';
import { clear, sumOfSquares } from '../reference/reductions.ts';
import { softmaxGradient } from '../reference/softmax.ts';
import { matMul } from '../reference/matmul.ts';
import { matMulArrays } from './core-kernels.ts';
import { inferenceKernels } from './inference-kernels.ts';
import { averagePoolingGradientWork } from './kernels/average-pool2d.ts';
import { biasGradientWork } from './kernels/bias-gradient.ts';
import { channelSumsWork } from './kernels/channel-sums.ts';
import { splitWork } from './kernels/concatenate.ts';
import { inputGradientWork, kernelGradientWork } from './kernels/conv2d-gradients.ts';
import { crossEntropyWork } from './kernels/cross-entropy.ts';
import { dropoutMaskWork } from './kernels/dropout-mask.ts';
import { maxPoolingGradientWork } from './kernels/max-pool2d-gradient.ts';
import { cropWork } from './kernels/pad2d.ts';
import { anyMatMulWork } from './kernels/transposed-matmul.ts';
import type { Arithmetic } from './kernels/arithmetic.ts';
import type { Engine } from './run/engine.ts';
import { submitExpressions } from './run/expression-kernel.ts';
import { KernelMaker, onHost } from './run/kernel.ts';
import { clearing, spanOf } from './run/work.ts';
import { withZerosLeftOut } from './run/zeros.ts';

/** See the top of this file. */
export function trainingKernels(engine: Engine, arithmetic: Arithmetic = 'fast'): Kernels {
  const maker = new KernelMaker(engine);
  engine.simplified = withZerosLeftOut;
  return {
    ...inferenceKernels(engine, arithmetic),
    startThreads: () => {
      engine.threads.start();
    },
    matMul: maker.kernel(
      'matMul',
      matMul,
      (product) => anyMatMulWork(engine, product),
      matMulArrays,
    ),
    biasGradient: maker.kernel('biasGradient', biasGradient, biasGradientWork),
    channelSums: (operands, compute, sums) => {
      const call = expressionCall('channelSums', operands, compute, sums);
      submitExpressions(engine, 'channelSums', call, channelSums, () =>
        channelSumsWork(engine, call),
      );
    },
    conv2dInputGradient: maker.kernel('conv2dInputGradient', conv2dInputGradient, (...args) =>
      inputGradientWork(engine, arithmetic, ...args),
    ),
    conv2dKernelGradient: maker.kernel('conv2dKernelGradient', conv2dKernelGradient, (...args) =>
      kernelGradientWork(engine, arithmetic, ...args),
    ),
    maxPool2dGradient: maker.kernel('maxPool2dGradient', maxPool2dGradient, maxPoolingGradientWork),
    averagePool2dGradient: maker.kernel('averagePool2dGradient', averagePool2dGradient, (...args) =>
      averagePoolingGradientWork(engine, ...args),
    ),
    crop2d: maker.kernel('crop2d', crop2d, cropWork),
    split: maker.kernel('split', split, splitWork),
    dropoutMask: maker.kernel('dropoutMask', dropoutMask, (mask, rate, random) => {
      const key = engine.ownIntegers(2);
      const draw = onHost(engine, 'dropoutKey', [], () => {
        drawKey(random, key);
      });
      return [{ ...draw, isEarly: true }, dropoutMaskWork(mask, rate, key)];
    }),
    // Of a few classes: it takes no time worth speaking of.
    softmaxGradient: maker.kernel('softmaxGradient', softmaxGradient),
    softmaxCrossEntropy: maker.kernel('softmaxCrossEntropy', softmaxCrossEntropy, crossEntropyWork),
    sumOfSquares,
    clear: maker.kernel('clear', clear, (x) => clearing(spanOf(x.data))),
  };
}
