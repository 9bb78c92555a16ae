/** The kernels that a command computes with. */
import { ProgramError } from '@convnet/convnet/node';
import { setFlagsFromString } from 'node:v8';
import {
  type BackendError,
  createKernels,
  type Backend,
  type Kernels,
  isErrorNamed,
} from '@convnet/convnet';
import { wholeNumber } from './option-values.ts';
import { setting, type Values } from './settings.ts';

const BACKENDS: readonly Backend[] = ['auto', 'relaxed', 'simd', 'reference'];

/** Settings of all commands that compute; the table shows what {@link kernelsFor} made of them. */
export const backendSettings = {
  backend: setting<Backend>({
    flags: '--backend <name>',
    help: 'arithmetic: the fastest that runs here, or one of the three',
    choices: BACKENDS,
    fallback: 'auto',
    row: ['backend', String],
  }),
  threads: setting<number | undefined>({
    flags: '--threads <n>',
    help: 'threads to compute with, 1 to 32; results do not depend on it (default: one for each core, at most 8)',
    parse: wholeNumber(1, 32),
    row: ['threads', String],
  }),
};

/** Values of {@link backendSettings}. */
export type BackendOptions = Values<typeof backendSettings>;

/** The values of {@link backendSettings} that are in use. */
export const usedBackend = ({ name, threads }: Kernels) => ({ backend: name, threads });

/**
 * Kernels of a backend.
 * @throws ProgramError if this version of Node cannot run it.
 */
export function kernelsFor({ backend, threads }: BackendOptions): Kernels {
  // Node 20 has relaxed SIMD, but behind a flag that only an application may set.
  if (process.versions.node.startsWith('20.')) {
    setFlagsFromString('--experimental-wasm-relaxed-simd');
  }
  try {
    return createKernels(backend, { threads });
  } catch (error) {
    if (!isErrorNamed<BackendError>(error, 'BackendError')) throw error;
    throw new ProgramError('usage', error.message, { cause: error });
  }
}
