/** Gradient check of a single layer, built in or your own. */
import { checkOptions, referenceKernels, Tensor, type Kernels, type Shape } from '@convnet/tensor';
import type { Layer } from '../layers/layer.ts';
import { trainingContext } from '../layers/training-context.ts';
import {
  compareGradients,
  gradientCheckOptions,
  type GradientCheckOptions,
  type GradientReport,
} from './check-gradients.ts';

/** How to check a layer. */
interface CommonOptions extends GradientCheckOptions {
  /** Samples in the batch; default 2. */
  readonly batchSize?: number;
  /** Default the reference kernels. */
  readonly kernels?: Kernels;
}

/** Which layer to check, and how. */
export interface LayerCheckOptions extends CommonOptions {
  /** A layer that is not part of a model yet. */
  readonly layer: Layer;
  /** Shape of one sample. */
  readonly inputShape: Shape;
}

/** Which layer of several inputs to check, and how. */
export interface MergeLayerCheckOptions extends CommonOptions {
  /** A layer that is not part of a model yet. */
  readonly layer: Layer;
  /** Shape of one sample of each input. */
  readonly inputShapes: readonly Shape[];
}

const OPTIONS = `${gradientCheckOptions} layer inputShape inputShapes batchSize kernels` as const;

/** Fills `tensor` with normal numbers. */
function drawNormal(tensor: Tensor, normal: () => number): void {
  for (let i = 0; i < tensor.size; i++) tensor.data[i] = normal();
}

/**
 * Checks a layer's gradients with respect to its inputs and all of its parameters. The function
 * differentiated is a random weighted sum of the layer's outputs.
 *
 * @example
 * ```ts
 * const report = checkLayerGradients({ layer: dense({ units: 3 }), inputShape: [5] });
 * assert.deepEqual(report.failures, []);
 * ```
 */
export function checkLayerGradients(
  options: LayerCheckOptions | MergeLayerCheckOptions,
): GradientReport {
  checkOptions<Partial<LayerCheckOptions & MergeLayerCheckOptions>, typeof OPTIONS>(
    options,
    OPTIONS,
    'checkLayerGradients',
  );
  const { layer, batchSize = 2, kernels = referenceKernels, seed = 0 } = options;
  const inputShapes = 'inputShapes' in options ? options.inputShapes : [options.inputShape];
  const context = trainingContext(kernels, 'float64', seed);
  if (layer.name === '') layer.name = `${layer.namePrefix}1`;
  const signals = inputShapes.map((shape) => ({ shape }));
  const { shape: outputShape } = layer.build(signals, context);
  const inputs = inputShapes.map((shape) => kernels.createTensor([batchSize, ...shape], 'float64'));
  const weights = kernels.createTensor([batchSize, ...outputShape], 'float64');
  const randomState = layer.random.state;
  let dInputs: readonly Tensor[] = inputs;
  return compareGradients(
    {
      tensors: [
        ...inputs.map((value, i) => ({
          name: `${layer.label} input${inputs.length > 1 ? ` ${i + 1}` : ''}`,
          value,
          gradient: () => dInputs[i]!,
        })),
        ...layer.parameters.map(({ name, value, gradient }) => ({
          name: `${layer.label} ${name}`,
          value,
          gradient: () => gradient,
        })),
      ],
      draw(random) {
        for (const input of inputs) drawNormal(input, () => random.normal());
        drawNormal(weights, () => random.normal(0, 1 / Math.sqrt(weights.size)));
        for (const { value } of layer.parameters) drawNormal(value, () => random.normal(0, 0.5));
      },
      value() {
        layer.random.state = randomState; // the same dropout mask every time
        const output = layer.forwardPass(inputs, true);
        let sum = 0;
        for (let i = 0; i < output.size; i++) sum += output.data[i]! * weights.data[i]!;
        return sum;
      },
      backward() {
        for (const { gradient } of layer.parameters) gradient.data.fill(0);
        dInputs = layer.backwardPass(
          weights,
          inputs.map(() => true),
        );
      },
      branches: () => {
        const branch = layer.branches();
        return branch ? [branch] : [];
      },
    },
    options,
  );
}
