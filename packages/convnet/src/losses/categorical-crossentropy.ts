/**
 * Cross-entropy against distributions, such as one-hot labels:
 * `loss = mean over n of −Σ_k target[n,k] · log softmax(logits[n])[k]`, fused with softmax.
 */
import { argMax, isTensor, type Tensor } from '@convnet/tensor';
import {
  crossentropyOptions,
  TargetError,
  type CrossentropyOptions,
  type Loss,
  type PreparedTargets,
} from './loss.ts';
import { checkWidth, tensorTargets } from './tensor-targets.ts';

/** Checks that every row of `targets` `[N, K]` is a distribution. */
function checkDistributions(targets: Tensor, classCount: number): void {
  checkWidth(targets, classCount, 'categoricalCrossentropy');
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
  const name = 'categoricalCrossentropy';
  const { fromLogits, labelSmoothing: epsilon } = crossentropyOptions(options, name);
  return {
    name,
    activation: 'softmax',
    fromLogits,
    prepare(targets, classCount): PreparedTargets {
      if (!isTensor(targets)) {
        throw new TargetError(
          "categoricalCrossentropy: expected a tensor [N, K] of distributions; received class numbers. For those use 'sparseCategoricalCrossentropy'.",
        );
      }
      checkDistributions(targets, classCount);
      return tensorTargets({
        targets,
        map: epsilon === 0 ? undefined : (share) => share * (1 - epsilon) + epsilon / classCount,
        judges: 'samples',
        labels: argMax(targets),
        classCount,
      });
    },
    compute(kernels, ...values) {
      kernels.softmaxCrossEntropy(...values);
    },
  };
}
