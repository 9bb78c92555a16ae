/** Kernels of a backend, all of them or those of the forward pass alone. */
import { engineFor, type Backend, type KernelOptions } from './backend.ts';
import { kernelsLike, kernelsOn } from './kernel-life.ts';
import type { InferenceKernels, Kernels } from './kernels.ts';
import { referenceInferenceKernels } from './reference/inference.ts';
import { referenceKernels } from './reference/index.ts';
import { inferenceKernels } from './wasm/inference-kernels.ts';
import { trainingKernels } from './wasm/training-kernels.ts';

/**
 * Kernels of a backend. They have a memory of their own, and threads, which go when they do, or when
 * `disposeKernels` ends them. Where there is no memory for more, as in Chromium beside 124
 * others, they share those of the last ones made.
 *
 * @throws BackendError if the engine lacks what `relaxed` or `simd` need.
 * @throws OptionError if `threads` is not a whole number from 1 to 32, or `arithmetic` is unknown.
 * @example
 * ```ts
 * createKernels().name; // such as 'simd'
 * createKernels('auto', { threads: 1 });
 * ```
 */
export function createKernels(backend: Backend = 'auto', options: KernelOptions = {}): Kernels {
  const engine = engineFor(backend, options);
  return engine ? kernelsOn(engine, trainingKernels, options.arithmetic) : referenceKernels;
}

/**
 * The kernels of the forward pass alone, as {@link createKernels} makes them.
 *
 * @throws BackendError if the engine lacks what `relaxed` or `simd` need.
 * @throws OptionError if `threads` is not a whole number from 1 to 32, or `arithmetic` is unknown.
 */
export function createInferenceKernels(
  backend: Backend = 'auto',
  options: KernelOptions = {},
): InferenceKernels {
  const engine = engineFor(backend, options);
  return engine
    ? kernelsOn(engine, inferenceKernels, options.arithmetic)
    : referenceInferenceKernels;
}

/** As `kernelsLike`: all kernels of the forward pass, also if `kernels` are the common ones. */
export const inferenceKernelsLike = (kernels: InferenceKernels): InferenceKernels =>
  kernelsLike(kernels, inferenceKernels);
