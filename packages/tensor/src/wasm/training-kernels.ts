/**
 * The kernels of the backward pass and of the optimizers in WebAssembly, in addition to those of
 * the forward pass.
 */
import type { Kernels } from '../kernels.ts';
import { channelSumsCall, tensorsOf } from '../expression-call.ts';
import { channelSums } from '../reference/elementwise.ts';
import { referenceKernels } from '../reference/index.ts';
import { sumOfSquares } from '../reference/reductions.ts';
import { softmaxGradient } from '../reference/softmax.ts';
import type { Tensor } from '../tensor.ts';
import { drawKey } from '../reference/dropout-mask.ts';
import { splitWork } from './concatenation.ts';
import { channelSumsWork } from './channel-sums.ts';
import { averagePoolingGradientWork } from './average-pool2d.ts';
import { inputGradientWork, kernelGradientWork } from './convolution-gradients.ts';
import { crossEntropyWork } from './cross-entropy.ts';
import { dropoutMaskWork } from './dropout-mask.ts';
import type { Engine } from './engine.ts';
import { cropWork } from './image-offset.ts';
import { inferenceKernels, onHost, submit } from './inference-kernels.ts';
import { maxPoolingGradientWork } from './max-pool2d-gradient.ts';
import { biasGradientWork } from './bias-gradient.ts';
import { clearing, spanOf } from './work.ts';

/** See the top of this file. */
export function trainingKernels(engine: Engine): Kernels {
  /** A kernel of the reference, for what takes no time worth speaking of. */
  const onReference =
    (name: string, kernel: (...tensors: Tensor[]) => void) =>
    (...tensors: Tensor[]): void => {
      engine.submit([
        onHost(engine, name, tensors, () => {
          kernel(...tensors);
        }),
      ]);
    };
  return {
    ...inferenceKernels(engine),
    biasGradient: (dOutput, dBias) => {
      submit(
        engine,
        'biasGradient',
        [dOutput, dBias],
        () => biasGradientWork(dOutput, dBias),
        () => {
          referenceKernels.biasGradient(dOutput, dBias);
        },
      );
    },
    channelSums: (operands, compute, sums) => {
      const call = channelSumsCall(operands, compute, sums);
      submit(
        engine,
        'channelSums',
        tensorsOf(call),
        () => channelSumsWork(engine, call),
        () => {
          channelSums(call);
        },
      );
    },
    conv2dInputGradient: (dOutput, kernel, dInput, geometry) => {
      submit(
        engine,
        'conv2dInputGradient',
        [dOutput, kernel, dInput],
        () => inputGradientWork(engine, dOutput, kernel, dInput, geometry),
        () => {
          referenceKernels.conv2dInputGradient(dOutput, kernel, dInput, geometry);
        },
      );
    },
    conv2dKernelGradient: (input, dOutput, dKernel, geometry) => {
      submit(
        engine,
        'conv2dKernelGradient',
        [input, dOutput, dKernel],
        () => kernelGradientWork(engine, input, dOutput, dKernel, geometry),
        () => {
          referenceKernels.conv2dKernelGradient(input, dOutput, dKernel, geometry);
        },
      );
    },
    maxPool2dGradient: (dOutput, positions, dInput, geometry) => {
      submit(
        engine,
        'maxPool2dGradient',
        [dOutput, positions, dInput],
        () => maxPoolingGradientWork(dOutput, positions, dInput, geometry),
        () => {
          referenceKernels.maxPool2dGradient(dOutput, positions, dInput, geometry);
        },
      );
    },
    averagePool2dGradient: (dOutput, dInput, geometry) => {
      submit(
        engine,
        'averagePool2dGradient',
        [dOutput, dInput],
        () => averagePoolingGradientWork(engine, dOutput, dInput, geometry),
        () => {
          referenceKernels.averagePool2dGradient(dOutput, dInput, geometry);
        },
      );
    },
    crop2d: (input, output, offset) => {
      submit(
        engine,
        'crop2d',
        [input, output],
        () => cropWork(input, output, offset),
        () => {
          referenceKernels.crop2d(input, output, offset);
        },
      );
    },
    split: (input, parts) => {
      submit(
        engine,
        'split',
        [input, ...parts],
        () => splitWork(input, parts),
        () => {
          referenceKernels.split(input, parts);
        },
      );
    },
    dropoutMask: (mask, rate, random) => {
      const key = engine.memory.integers(2);
      const draw = onHost(engine, 'dropoutKey', [], () => {
        drawKey(random, key);
      });
      submit(
        engine,
        'dropoutMask',
        [mask],
        () => [{ ...draw, isEarly: true }, dropoutMaskWork(mask, rate, key)],
        () => {
          referenceKernels.dropoutMask(mask, rate, random);
        },
      );
    },
    softmaxGradient: onReference('softmaxGradient', softmaxGradient),
    softmaxCrossEntropy: (logits, targets, losses, dLogits, scale) => {
      submit(
        engine,
        'softmaxCrossEntropy',
        [logits, targets, losses, dLogits],
        () => crossEntropyWork(logits, targets, losses, dLogits, scale),
        () => {
          referenceKernels.softmaxCrossEntropy(logits, targets, losses, dLogits, scale);
        },
      );
    },
    sumOfSquares,
    clear: (x) => {
      submit(
        engine,
        'clear',
        [x],
        () => clearing(spanOf(x.data)),
        () => {
          referenceKernels.clear(x);
        },
      );
    },
  };
}
