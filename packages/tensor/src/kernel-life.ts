/** How kernels begin and end: each with an engine of its own, until they are disposed of. */
import { joinEngine, leaveEngine } from './backend.ts';
import type { InferenceKernels } from './kernels.ts';
import type { Arithmetic } from './wasm/kernels/arithmetic.ts';
import type { Engine } from './wasm/run/engine.ts';

/** How kernels are made on an engine. */
export type KernelSet<K extends InferenceKernels> = (engine: Engine, arithmetic: Arithmetic) => K;

/** How kernels that were made here are made again, and how they end. */
interface Origin {
  readonly engine: Engine;
  readonly arithmetic: Arithmetic;
  readonly set: KernelSet<InferenceKernels>;
}

const origins = new WeakMap<InferenceKernels, Origin>();

/** The kernels of a set, on an engine that they then use. */
export function kernelsOn<K extends InferenceKernels>(
  engine: Engine,
  set: KernelSet<K>,
  arithmetic: Arithmetic = 'fast',
): K {
  const kernels = set(engine, arithmetic);
  origins.set(kernels, { engine, arithmetic, set });
  return kernels;
}

/**
 * Kernels such as `kernels`, with a memory of their own, so that it can go when they do. The
 * reference, and kernels that were not made here, are returned themselves.
 * @param set - what is made; default what `kernels` are.
 */
export function kernelsLike<K extends InferenceKernels>(kernels: K, set?: KernelSet<K>): K {
  const origin = origins.get(kernels);
  if (!origin) return kernels;
  const { arithmetic, engine, set: own } = origin;
  const another = joinEngine(engine.rung, engine.threads.count);
  // What was made as K is made again as K.
  return kernelsOn(another, set ?? (own as KernelSet<K>), arithmetic);
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
