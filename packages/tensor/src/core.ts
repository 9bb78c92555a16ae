/** What all entries and all that is loaded by need build on: one file of the package. */
export * from './inference/index.ts';
export { coreKernels } from './wasm/core-kernels.ts';
