/** Inputs and targets, paired and checked against a network. */
import { OptionError } from '@convnet/tensor';
import type { Loss, PreparedTargets, Targets } from '../losses/loss.ts';
import type { Metric } from '../metrics/metric.ts';
import type { TrainableNetwork } from '../network/trainable-network.ts';
import type { ReadAhead } from '../samples/read-ahead.ts';
import { consecutive, sampleSource, type Samples, type SampleSource } from '../samples/samples.ts';

/** Samples, their targets, which of them are meant, and in training the epoch. */
export interface LabelledSamples {
  readonly samples: SampleSource | ReadAhead;
  readonly targets: PreparedTargets;
  readonly indices: Uint32Array;
  /** The samples that come after these, if that is known. */
  readonly following?: Uint32Array | undefined;
  /** Begins to read samples that come from elsewhere, while these are computed. */
  readonly readNext?: (() => void) | undefined;
  readonly epoch?: number;
  /** How much each sample counts in the loss; 1 without. */
  readonly weights?: Float64Array;
}

/** A network, and what it is judged by. */
interface Judged {
  readonly network: TrainableNetwork;
  readonly loss: Loss;
  readonly metrics: readonly Metric[];
}

/** Pairs samples with targets and checks that there are as many of each. */
export function labelledSamples(
  { network, loss, metrics }: Judged,
  x: Samples,
  y: Targets,
  where: string,
): LabelledSamples {
  const samples = sampleSource(x, network.inputShape, where);
  const targets = loss.prepare(y, network.classCount);
  if (samples.sampleCount !== targets.count) {
    throw new OptionError(
      `${where}: expected as many targets as samples; received ${samples.sampleCount} samples and ${targets.count} targets.`,
    );
  }
  if (targets.judges === 'nothing' && metrics.length > 0) {
    throw new OptionError(
      `${where}: expected a loss that tells right answers from wrong ones, for the metric ${metrics[0]!.name}; received ${loss.name}. Leave out metrics in compile().`,
    );
  }
  if (targets.count === 0) throw new OptionError(`${where}: expected samples; received none.`);
  return { samples, targets, indices: consecutive(targets.count) };
}
