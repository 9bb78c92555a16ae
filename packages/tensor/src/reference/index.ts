/**
 * The reference implementation of {@link Kernels}: plain loops that read like their formulas,
 * for float32 and float64. It is what every other implementation is compared with.
 */
import { expressionCall } from '../expression-call.ts';
import type { Kernels } from '../kernels.ts';
import { split } from './concatenate.ts';
import { averagePool2dGradient } from './average-pool2d.ts';
import { biasGradient } from './bias-gradient.ts';
import { dropoutMask } from './dropout-mask.ts';
import { channelSums } from './channel-sums.ts';
import { softmaxCrossEntropy } from './cross-entropy.ts';
import { conv2dInputGradient, conv2dKernelGradient } from './groups.ts';
import { referenceInferenceKernels } from './inference.ts';
import { maxPool2dGradient } from './max-pool2d-gradient.ts';
import { crop2d } from './pad2d.ts';
import { clear, sumOfSquares } from './reductions.ts';
import { softmaxGradient } from './softmax.ts';

const allKernels = (): Kernels => ({
  ...referenceInferenceKernels,
  startThreads: () => undefined,
  biasGradient,
  channelSums: (operands, compute, sums) => {
    channelSums(expressionCall('channelSums', operands, compute, sums));
  },
  conv2dInputGradient,
  conv2dKernelGradient,
  maxPool2dGradient,
  averagePool2dGradient,
  crop2d,
  split,
  dropoutMask,
  softmaxGradient,
  softmaxCrossEntropy,
  sumOfSquares,
  clear,
});

/** Kernels in plain TypeScript; the note lets bundlers leave them out where they are not used. */
export const referenceKernels: Kernels = /* @__PURE__ */ allKernels();
