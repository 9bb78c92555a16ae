/**
 * Cross-entropy against class numbers: `loss = mean over n of −log softmax(logits[n])[label[n]]`,
 * fused with softmax.
 */
import { isList, isTensor, shown, Tensor } from '@convnet/tensor';
import {
  crossentropyOptions,
  TargetError,
  type CrossentropyOptions,
  type Labels,
  type Loss,
  type PreparedTargets,
} from './loss.ts';

/** Checks class numbers and copies them. */
function checkedLabels(labels: Labels, classCount: number): Int32Array {
  if (!isList(labels)) {
    throw new TargetError(`labels: expected a list of class numbers; received ${shown(labels)}.`);
  }
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    if (!Number.isInteger(label) || label < 0 || label >= classCount) {
      throw new TargetError(
        `labels[${i}]: expected a class from 0 to ${classCount - 1}; received ${shown(label)}. The network's last layer has ${classCount} outputs.`,
      );
    }
  }
  return Int32Array.from(labels);
}

/** The loss for labels that are class numbers, such as MNIST's. */
export function sparseCategoricalCrossentropy(options: CrossentropyOptions = {}): Loss {
  const name = 'sparseCategoricalCrossentropy';
  const { fromLogits, labelSmoothing: epsilon } = crossentropyOptions(options, name);
  return {
    name,
    activation: 'softmax',
    fromLogits,
    prepare(targets, classCount): PreparedTargets {
      if (isTensor(targets)) {
        throw new TargetError(
          "sparseCategoricalCrossentropy: expected class numbers; received a tensor. For one-hot targets use 'categoricalCrossentropy'.",
        );
      }
      const labels = checkedLabels(targets, classCount);
      if (epsilon > 0) return smoothed(labels, classCount, epsilon);
      return {
        count: labels.length,
        judges: 'samples',
        labels,
        classCount,
        makeRoom: (workspace, samples) => workspace.indices('labels', samples, []),
        pick(indices, room) {
          const picked = room as Int32Array;
          for (let i = 0; i < indices.length; i++) picked[i] = labels[indices[i]!]!;
        },
      };
    },
    compute(kernels, ...values) {
      kernels.softmaxCrossEntropy(...values);
    },
  };
}

/** Targets that are distributions: 1 − ε at the label, and ε spread over all classes. */
function smoothed(labels: Int32Array, classCount: number, epsilon: number): PreparedTargets {
  return {
    count: labels.length,
    judges: 'samples',
    labels,
    classCount,
    makeRoom: (workspace, samples) => workspace.tensor('targets', samples, [classCount]),
    pick(indices, room) {
      const { data } = room as Tensor;
      data.fill(epsilon / classCount);
      for (let i = 0; i < indices.length; i++) {
        data[i * classCount + labels[indices[i]!]!]! += 1 - epsilon;
      }
    },
  };
}
