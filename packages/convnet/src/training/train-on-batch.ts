/** One step of training, for training loops other than that of `fit`. */
import { checkOptions } from '@convnet/tensor';
import type { Targets } from '../losses/loss.ts';
import type { Samples } from '../samples/samples.ts';
import type { CompiledNetwork } from './compile.ts';
import type { Evaluation } from './evaluate.ts';
import { labelledSamples } from './labelled-samples.ts';
import { weighted, type WeightOptions } from './sample-weights.ts';
import { trainingStep } from './step.ts';
import { Totals } from './totals.ts';

/** `model.trainOnBatch`. */
export function trainOnBatch(
  compiled: CompiledNetwork,
  x: Samples,
  y: Targets,
  options: WeightOptions,
): Evaluation {
  compiled.checkTrainable();
  const where = 'trainOnBatch';
  checkOptions(options, 'classWeight sampleWeight', where);
  const data = weighted(labelledSamples(compiled, x, y, where), options, where);
  const totals = new Totals(compiled.metrics, data.targets);
  trainingStep(compiled, data, totals);
  return totals.means;
}
