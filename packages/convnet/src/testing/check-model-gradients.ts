/** Gradient check of a whole network with its loss. */
import { checkOptions } from '@convnet/tensor';
import { sumOf } from '../losses/loss.ts';
import type { Model } from '../model/model.ts';
import { consecutive } from '../samples/samples.ts';
import {
  compareGradients,
  gradientCheckOptions,
  type GradientCheckOptions,
  type GradientReport,
} from './check-gradients.ts';

/** What to check, and how. */
export interface ModelCheckOptions extends GradientCheckOptions {
  /** A compiled network with `dtype: 'float64'` and a loss on class numbers, or on one output. */
  readonly model: Model;
  /** Samples in the batch; default 2. */
  readonly batchSize?: number;
}

/**
 * Checks the gradients of a network's mean loss with respect to its input and all of its
 * parameters that are trained, at random points around its present weights, which are restored afterwards, as is the layers' state.
 */
export function checkModelGradients(options: ModelCheckOptions): GradientReport {
  checkOptions(options, `${gradientCheckOptions} model batchSize`, 'checkModelGradients');
  const { model, batchSize = 2 } = options;
  const { kernels, classCount, compiled } = model;
  const input = kernels.createTensor([batchSize, ...model.inputShape], 'float64');
  const losses = kernels.createTensor([batchSize], 'float64');
  const dLogits = kernels.createTensor([batchSize, classCount], 'float64');
  const labels = new Array<number>(batchSize).fill(0);
  const indices = consecutive(batchSize);
  const kept = [...model.parameters, ...model.layers.flatMap(({ state }) => state)];
  const initial = kept.map(({ value }) => value.data.slice());
  const randomStates = model.layers.map((layer) => layer.random.state);
  let dInput = input;
  const report = compareGradients(
    {
      tensors: [
        { name: 'input', value: input, gradient: () => dInput },
        ...compiled.trainedLayers.flatMap((layer) =>
          layer.parameters.map(({ name, value, gradient }) => ({
            name: `${layer.name}.${name}`,
            value,
            gradient: () => gradient,
          })),
        ),
      ],
      draw(random) {
        for (let i = 0; i < input.size; i++) input.data[i] = random.normal();
        for (let i = 0; i < batchSize; i++) labels[i] = random.integer(classCount);
        model.parameters.forEach(({ value: { data, size } }, p) => {
          const center = initial[p]!;
          let squares = 0;
          for (const weight of center) squares += weight * weight;
          const spread = 0.1 * (Math.sqrt(squares / size) || 1);
          for (let i = 0; i < size; i++) data[i] = center[i]! + random.normal(0, spread);
        });
      },
      value() {
        model.layers.forEach((layer, i) => (layer.random.state = randomStates[i]!));
        const logits = compiled.forwardToLogits(input, true);
        const targets = compiled.loss.prepare(labels, classCount);
        const room = targets.makeRoom(model.workspace, batchSize);
        targets.pick(indices, room);
        compiled.loss.compute(kernels, logits, room, losses, dLogits, 1 / batchSize);
        return sumOf(losses.data) / batchSize;
      },
      backward() {
        for (const { gradient } of model.parameters) gradient.data.fill(0);
        dInput = compiled.backwardFromLogits(dLogits, true)!;
      },
      branches: () => model.layers.flatMap((layer) => layer.branches() ?? []),
    },
    options,
  );
  kept.forEach(({ value }, i) => {
    value.data.set(initial[i]!);
  });
  return report;
}
