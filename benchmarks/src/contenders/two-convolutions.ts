/** What the programs that measure this library share: its kernels, and two convolutions with pooling. */
import { setFlagsFromString } from 'node:v8';
import {
  conv2d,
  createKernels,
  dense,
  flatten,
  maxPooling2d,
  relu,
  sequential,
  softmax,
  type Backend,
  type Kernels,
} from '@convnet/convnet';
import { CLASSES, IMAGE_SIZE } from '../workload.ts';
import type { Flags } from './program.ts';

/** Node has relaxed SIMD without a flag from this version on. */
const NODE_WITH_RELAXED_SIMD = 22;

function isBackend(text: string): text is Backend {
  return ['auto', 'relaxed', 'simd', 'reference'].includes(text);
}

export function kernelsFor({ backend, threads }: Flags): Kernels {
  if (!isBackend(backend)) throw new Error(`expected a backend; received ${backend}.`);
  if (backend === 'relaxed' && Number.parseInt(process.versions.node) < NODE_WITH_RELAXED_SIMD) {
    setFlagsFromString('--experimental-wasm-relaxed-simd');
  }
  return createKernels(backend, { threads });
}

interface TwoConvolutions {
  readonly seed: number;
  readonly kernels: Kernels;
  /** Of the two convolutions. */
  readonly filters?: readonly [first: number, second: number];
  /** Height and width of an image. */
  readonly side?: number;
}

export function twoConvolutions({
  seed,
  kernels,
  filters: [first, second] = [32, 64],
  side = IMAGE_SIZE,
}: TwoConvolutions) {
  return sequential({
    inputShape: [side, side, 1],
    seed,
    kernels,
    layers: [
      conv2d({ filters: first, kernelSize: 3 }),
      relu(),
      maxPooling2d(),
      conv2d({ filters: second, kernelSize: 3 }),
      relu(),
      maxPooling2d(),
      flatten(),
      dense({ units: CLASSES }),
      softmax(),
    ],
  });
}
