/**
 * A network as the server knows it: what it takes, what it gives, and how to run it. Whoever runs
 * it elsewhere, such as in a worker, implements the same interface.
 */
import { checkOptions, functionOption, objectOption, textOption } from '@convnet/convnet';
import type { DType, ModelInfo, Model, Shape, Tensor } from '@convnet/convnet';

/** A network under the name and version that clients ask for. */
export interface ServedModel {
  readonly name: string;
  readonly version: string;
  /** Name of the network's design, such as `lenet5`. */
  readonly architecture: string;
  /** Shape of one sample, without the axis of the batch. */
  readonly inputShape: Shape;
  /** Shape of the output for one sample. */
  readonly outputShape: Shape;
  readonly dtype: DType;
  /** Whether the outputs are probabilities, as a final softmax gives them. */
  readonly givesProbabilities: boolean;
  readonly info: ModelInfo;
  /** Outputs `[N, …outputShape]` for inputs `[N, …inputShape]`. */
  readonly predict: (inputs: Tensor) => Promise<Tensor>;
}

/** Name that clients use where none is chosen. */
export const DEFAULT_MODEL_NAME = 'mnist';

/**
 * A network that runs in this thread.
 *
 * @throws OptionError if it is none, or for an option that there is not.
 * @example
 * ```ts
 * const model = serveModel(await loadModel('simple.safetensors'), { name: 'mnist' });
 * ```
 */
export function serveModel(
  model: Model,
  options: { readonly name?: string; readonly version?: string } = {},
): ServedModel {
  checkOptions(options, 'name version', 'serveModel');
  const { name = DEFAULT_MODEL_NAME, version = '1' } = options;
  const { predict } = objectOption(model, 'serveModel') as { readonly predict?: unknown };
  functionOption(predict, 'serveModel model.predict');
  return {
    name: textOption(name, 'serveModel name'),
    version: textOption(version, 'serveModel version'),
    architecture: model.name,
    inputShape: model.inputShape,
    outputShape: model.outputShape,
    dtype: model.dtype,
    givesProbabilities: model.layers.at(-1)?.finalActivation === 'softmax',
    info: model.info,
    predict: (inputs) => Promise.resolve(model.predict(inputs)),
  };
}
