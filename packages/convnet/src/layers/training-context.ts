/** What layers are built with in a network that can be trained. */
import { RandomStreams, type DType, type InferenceKernels } from '@convnet/tensor';
import { resolveInitializer } from '../initializers.ts';
import { activations } from './activation-names.ts';
import type { BuildContext } from './layer.ts';

/** The part that does not depend on the kernels. */
export const seededBy = (
  seed: number,
): Required<Pick<BuildContext, 'activations' | 'streams' | 'initialize'>> => ({
  activations,
  streams: new RandomStreams(seed),
  initialize: (value, request, where, random) => {
    resolveInitializer(request.initializer, where)(value, request, random);
  },
});

/** All of it. */
export const trainingContext = (
  kernels: InferenceKernels,
  dtype: DType,
  seed: number,
): BuildContext => ({ kernels, dtype, ...seededBy(seed) });
