/**
 * `@convnet/tensor/inference`: the same as `@convnet/tensor`, but for kernels that only training or
 * seldom a network needs, so that a page which predicts loads less.
 *
 * @module @convnet/tensor/inference
 */
export * from '../without-kernels.ts';
export { commonKernels, type CommonKernels, type KernelChoice } from './common-kernels.ts';
