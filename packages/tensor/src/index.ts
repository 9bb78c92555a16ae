/**
 * `@convnet/tensor`: tensors, shapes, seeded random numbers, and the kernels that networks are
 * computed with. Nothing here depends on a platform.
 *
 * @module @convnet/tensor
 */
export * from './inference/index.ts';
export { drawBeta } from './beta.ts';
export { createInferenceKernels, createKernels, inferenceKernelsLike } from './create-kernels.ts';
export { fromHalf } from './half.ts';
export { argMax } from './labels/arg-max.ts';
export { classWeights } from './labels/class-weights.ts';
export { oneHot } from './labels/one-hot.ts';
export {
  kFold,
  stratifiedSplit,
  trainTestSplit,
  type Fold,
  type KFoldOptions,
  type TrainTestSplitOptions,
} from './labels/split.ts';
export { math } from './math.ts';
export { perChannel, perImageChannel, perRow, single } from './operands.ts';
export { Random, RandomStreams } from './random.ts';
export { referenceKernels } from './reference/index.ts';
