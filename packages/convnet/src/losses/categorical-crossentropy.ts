/**
 * Cross-entropy against distributions, such as one-hot labels:
 * `loss = mean over n of −Σ_k target[n,k] · log softmax(logits[n])[k]`, fused with softmax.
 */
import { Tensor, formatShape, referenceKernels } from '@convnet/tensor';
import {
  checkLabelSmoothing,
  TargetError,
  type CrossentropyOptions,
  type Loss,
  type PreparedTargets,
} from './loss.ts';

/** Checks that every row of `targets` `[N, K]` is a distribution. */
function checkDistributions(targets: Tensor, classCount: number): void {
  if (targets.shape.length !== 2 || targets.shape[1] !== classCount) {
    throw new TargetError(
      `categoricalCrossentropy: expected targets [N, ${classCount}], one column for each output of the network; received ${formatShape(targets.shape)}.`,
    );
  }
  for (let row = 0; row < targets.size; row += classCount) {
    let sum = 0;
    for (let k = 0; k < classCount; k++) {
      const share = targets.data[row + k]!;
      sum += share >= 0 ? share : NaN;
    }
    if (!(Math.abs(sum - 1) < 1e-3)) {
      throw new TargetError(
        `categoricalCrossentropy: expected each row of the targets to be a distribution (≥ 0, sum 1); row ${row / classCount} is not.`,
      );
    }
  }
}

/** The loss for one-hot targets, or any other distributions over the classes. */
export function categoricalCrossentropy(options: CrossentropyOptions = {}): Loss {
  const epsilon = checkLabelSmoothing(options.labelSmoothing ?? 0, 'categoricalCrossentropy');
  return {
    name: 'categoricalCrossentropy',
    fromLogits: options.fromLogits ?? false,
    prepare(targets, classCount): PreparedTargets {
      if (!(targets instanceof Tensor)) {
        throw new TargetError(
          "categoricalCrossentropy: expected a tensor [N, K] of distributions; received class numbers. For those use 'sparseCategoricalCrossentropy'.",
        );
      }
      checkDistributions(targets, classCount);
      const labels = new Int32Array(targets.shape[0]!);
      referenceKernels.argmaxRows(targets, labels);
      return {
        count: labels.length,
        labels,
        makeRoom: (workspace, samples) => workspace.tensor('targets', samples, [classCount]),
        pick(indices, room) {
          const picked = room as Tensor;
          for (let i = 0; i < indices.length; i++) {
            const from = indices[i]! * classCount;
            picked.data.set(targets.data.subarray(from, from + classCount), i * classCount);
          }
          if (epsilon === 0) return;
          for (let i = 0; i < indices.length * classCount; i++) {
            picked.data[i] = picked.data[i]! * (1 - epsilon) + epsilon / classCount;
          }
        },
      };
    },
    compute(kernels, ...values) {
      kernels.softmaxCrossEntropy(...values);
    },
  };
}
