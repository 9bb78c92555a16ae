/** The kernels that a command computes with. */
import { setFlagsFromString } from 'node:v8';
import { BackendError, createKernels, type Backend, type Kernels } from '@convnet/convnet';
import { CommandError } from './command-error.ts';

/** Options of all commands that compute. */
export interface BackendOptions {
  readonly backend: Backend;
  /** Threads to compute with; default one for each core. */
  readonly threads?: number;
}

/** Choices of `--backend`. */
export const backends: readonly Backend[] = ['auto', 'relaxed', 'simd', 'reference'];

/** What the settings show of the kernels. */
export const kernelRows = ({ name, threads }: Kernels): [string, string][] => [
  ['backend', name],
  ['threads', String(threads)],
];

/**
 * Kernels of a backend.
 * @throws CommandError if this version of Node cannot run it.
 */
export function kernelsFor({ backend, threads }: BackendOptions): Kernels {
  // Node 20 has relaxed SIMD, but behind a flag that only an application may set.
  if (process.versions.node.startsWith('20.')) {
    setFlagsFromString('--experimental-wasm-relaxed-simd');
  }
  try {
    return createKernels(backend, { threads });
  } catch (error) {
    if (!(error instanceof BackendError)) throw error;
    throw new CommandError('usage', error.message, { cause: error });
  }
}
