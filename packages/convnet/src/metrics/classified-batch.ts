/** From a network's answers to what metrics count: the right class of each sample, and the guess. */
import { argMax, Tensor, type FloatArray } from '@convnet/tensor';
import type { PreparedTargets } from '../losses/loss.ts';
import type { ClassifiedBatch } from './metric.ts';

/**
 * The batch of the samples `indices`, whose answers are `probabilities` `[N, K]`. Where each output
 * is a yes or no of its own, each counts as a sample of two classes.
 */
export function classifiedBatch(
  probabilities: FloatArray,
  { judges, labels: all, classCount }: PreparedTargets,
  indices: Uint32Array,
): ClassifiedBatch {
  const each = judges === 'samples' ? 1 : probabilities.length / indices.length;
  const labels = Int32Array.from(
    { length: indices.length * each },
    (_, i) => all[indices[Math.floor(i / each)]! * each + (i % each)]!,
  );
  const scores = judges === 'samples' ? probabilities : noAndYes(probabilities);
  const guesses = argMax(new Tensor(scores, [labels.length, classCount]));
  return { probabilities: scores, labels, guesses, classCount };
}

/** For each probability of a yes, those of no and of yes. */
function noAndYes(probabilities: FloatArray): FloatArray {
  const both = new Float64Array(2 * probabilities.length);
  for (const [i, yes] of probabilities.entries()) both.set([1 - yes, yes], 2 * i);
  return both;
}
