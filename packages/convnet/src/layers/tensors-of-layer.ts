/** Makes the tensors of a layer. */
import {
  sizeOf,
  type DType,
  type InferenceKernels,
  type Random,
  type RandomStreams,
  type Tensor,
} from '@convnet/tensor/inference';
import type { Parameter, ParameterRequest, StateRequest, StoredTensor } from './layer-tensors.ts';
import { checkSize } from './size-limits.ts';

/** What the tensors of layers are made of. */
export interface TensorContext {
  /** For a network that is trained, {@link Kernels}. */
  readonly kernels: InferenceKernels;
  readonly dtype: DType;
  /** Streams of the model's seed; a network that only predicts has none. */
  readonly streams?: RandomStreams;
  /** Gives a new parameter its first values. @param where - the parameter, for messages. */
  readonly initialize?: (
    value: Tensor,
    request: ParameterRequest,
    where: string,
    random: Random,
  ) => void;
  /**
   * Called before a parameter of `size` elements is made; throws to refuse it. Loading a file
   * sets it, so that no more memory is taken than the file has weights for.
   */
  readonly beforeAllocation?: (size: number, layer: string) => void;
  /** Leave parameters at zero, because a file is about to fill them. */
  readonly skipInitialization?: boolean;
}

/** Whose tensors they are. */
interface Owner {
  readonly name: string;
  /** For messages. */
  readonly label: string;
}

/** Makes a parameter, initialized from a random stream of its own. */
export function makeParameter(
  owner: Owner,
  request: ParameterRequest,
  context: TensorContext,
): Parameter {
  const { name, shape, regularizer } = request;
  const made = allocate(owner, request, context);
  const random = context.streams?.stream(`init/${owner.name}.${name}`);
  if (!context.skipInitialization && random) {
    context.initialize?.(made.value, request, `${owner.label} ${name}`, random);
  }
  const gradient = context.kernels.createTensor(shape, context.dtype);
  return { ...made, gradient, regularizer };
}

/** Makes a tensor that the layer changes itself. */
export function makeState(
  owner: Owner,
  request: StateRequest,
  context: TensorContext,
): StoredTensor {
  const state = allocate(owner, request, context);
  if (!context.skipInitialization) state.value.data.fill(request.initial);
  return state;
}

function allocate(
  { label }: Owner,
  { name, shape, stored }: Pick<ParameterRequest, 'name' | 'shape' | 'stored'>,
  { kernels, dtype, beforeAllocation }: TensorContext,
): StoredTensor {
  beforeAllocation?.(sizeOf(shape), label);
  checkSize(shape, `${label} ${name}`);
  return {
    name,
    value: kernels.createTensor(shape, dtype),
    stored: stored ?? { view: shape, axes: shape.map((_, axis) => axis), shape },
  };
}
