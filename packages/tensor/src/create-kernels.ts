/** Which implementation of the kernels to compute with: three rungs, the fastest that runs. */
import type { Kernels } from './kernels.ts';
import { referenceKernels } from './reference/index.ts';
import type { WasmRung } from './wasm/emitted-functions.ts';
import { createWasmKernels, supportsWasm } from './wasm/wasm-kernels.ts';

/**
 * `relaxed`: WebAssembly with fused multiply-add. `simd`: WebAssembly that rounds as float32 does,
 * the same on every machine. `reference`: plain TypeScript. `auto`: the first of these that the
 * engine runs.
 */
export type Backend = 'auto' | WasmRung | 'reference';

/** A backend that this engine cannot run. */
export class BackendError extends Error {
  override readonly name = 'BackendError';
}

const rungs = ['relaxed', 'simd'] as const;

/**
 * Kernels of a backend. They have a memory of their own, which goes when they do.
 *
 * @throws BackendError if the engine lacks what `relaxed` or `simd` need.
 * @example
 * ```ts
 * createKernels().name; // such as 'simd'
 * ```
 */
export function createKernels(backend: Backend = 'auto'): Kernels {
  if (backend === 'reference') return referenceKernels;
  const rung = backend === 'auto' ? rungs.find(supportsWasm) : backend;
  if (rung === undefined) return referenceKernels;
  if (supportsWasm(rung)) return createWasmKernels(rung);
  const need = rung === 'relaxed' ? 'relaxed SIMD, as Node 22 has,' : 'SIMD';
  throw new BackendError(
    `backend ${rung}: expected an engine with WebAssembly ${need} and shared memory; this one lacks them. Choose auto or reference.`,
  );
}
