/** One step of training, for training loops other than that of `fit`. */
import type { Targets } from '../losses/loss.ts';
import type { Network } from '../model/network.ts';
import type { Samples } from '../samples/samples.ts';
import type { Evaluation } from './evaluate.ts';
import { gradientStep } from './gradient-step.ts';
import { labelledSamples } from './labelled-samples.ts';
import { weighted, type WeightOptions } from './sample-weights.ts';
import { Totals } from './totals.ts';

/** What `model.trainOnBatch` does. */
export function trainOnBatch(
  model: Network,
  x: Samples,
  y: Targets,
  options: WeightOptions,
): Evaluation {
  const where = 'trainOnBatch';
  const data = weighted(labelledSamples(model, x, y, where), options, where);
  const totals = new Totals(model.compiled.metrics, data.targets.classCount);
  gradientStep(model, data, data.indices, totals, false);
  return totals.means;
}
