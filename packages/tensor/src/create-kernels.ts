/** Kernels of a backend, all of them or those of the forward pass alone; and the end of kernels. */
import { engineFor, joinEngine, leaveEngine, type Backend, type KernelOptions } from './backend.ts';
import type { InferenceKernels, Kernels } from './kernels.ts';
import { referenceInferenceKernels } from './reference/inference.ts';
import { referenceKernels } from './reference/index.ts';
import { inferenceKernels } from './wasm/inference-kernels.ts';
import type { Engine } from './wasm/run/engine.ts';
import { trainingKernels } from './wasm/training-kernels.ts';

/** How kernels that were made here are made again, and how they end. */
interface Origin {
  readonly engine: Engine;
  readonly another: () => InferenceKernels;
}

const origins = new WeakMap<InferenceKernels, Origin>();

function kernelsOn<K extends InferenceKernels>(engine: Engine, make: (engine: Engine) => K): K {
  const kernels = make(engine);
  const { rung, threads } = engine;
  origins.set(kernels, {
    engine,
    another: () => kernelsOn(joinEngine(rung, threads.count), make),
  });
  return kernels;
}

/**
 * Kernels of a backend. They have a memory of their own, and threads, which go when they do, or when
 * {@link disposeKernels} ends them. Where there is no memory for more, as in Chromium beside 124
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
  const make = (engine: Engine): Kernels => trainingKernels(engine, options.arithmetic);
  return engine ? kernelsOn(engine, make) : referenceKernels;
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
  const make = (engine: Engine): InferenceKernels => inferenceKernels(engine, options.arithmetic);
  return engine ? kernelsOn(engine, make) : referenceInferenceKernels;
}

/**
 * Kernels such as `kernels`, with a memory of their own, so that it can go when they do. The
 * reference, and kernels that {@link createKernels} did not make, are returned themselves.
 */
export function kernelsLike<K extends InferenceKernels>(kernels: K): K {
  // What was made as K is made again as K.
  return (origins.get(kernels)?.another() as K | undefined) ?? kernels;
}

/**
 * Ends kernels: their threads stop, and their memory serves the next ones, if they are made by the
 * same run of code, or is garbage. Neither they nor their tensors and programs may be used any more.
 */
export function disposeKernels(kernels: InferenceKernels): void {
  const origin = origins.get(kernels);
  origins.delete(kernels);
  if (origin) leaveEngine(origin.engine);
}
