/** Inputs and targets, paired and checked against a network. */
import type { PreparedTargets, Targets } from '../losses/loss.ts';
import type { Network } from '../model/network.ts';
import { FitOptionError } from '../samples/check-count.ts';
import { consecutive, sampleSource, type Samples, type SampleSource } from '../samples/samples.ts';

/** Samples, their targets, which of them are meant, and in training the epoch. */
export interface LabelledSamples {
  readonly samples: SampleSource;
  readonly targets: PreparedTargets;
  readonly indices: Uint32Array;
  readonly epoch?: number;
  /** How much each sample counts in the loss; 1 without. */
  readonly weights?: Float64Array;
}

/** Pairs samples with targets and checks that there are as many of each. */
export function labelledSamples(
  model: Network,
  x: Samples,
  y: Targets,
  where: string,
): LabelledSamples {
  const samples = sampleSource(x, model.inputShape, where);
  const targets = model.compiled.loss.prepare(y, model.classCount);
  if (samples.sampleCount !== targets.count) {
    throw new FitOptionError(
      `${where}: expected as many targets as samples; received ${samples.sampleCount} samples and ${targets.count} targets.`,
    );
  }
  if (targets.count === 0) throw new FitOptionError(`${where}: expected samples; received none.`);
  return { samples, targets, indices: consecutive(targets.count) };
}
