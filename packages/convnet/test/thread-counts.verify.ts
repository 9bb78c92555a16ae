/** The same bits on any number of threads: more networks and counts than in `fast-path.test.ts`. */
import { setFlagsFromString } from 'node:v8';
import type { Kernels } from '@convnet/tensor';
import { describe, test } from 'vitest';
import { knottyNetwork } from './branching-networks.ts';
import { expectSameBits, fifteenConvolutions } from './thread-counts.ts';
import { windowedNetwork } from './windowed-network.ts';

// Node 20 has relaxed SIMD behind a flag.
if (process.versions.node.startsWith('20.')) {
  setFlagsFromString('--experimental-wasm-relaxed-simd');
}

describe.each(['simd', 'relaxed'] as const)('%s', (rung) => {
  test.each([
    ['a residual network', fifteenConvolutions],
    [
      'a network of windows on channels apart',
      (kernels: Kernels) => windowedNetwork({ seed: 1, kernels }),
    ],
    ['a network that branches', (kernels: Kernels) => knottyNetwork({ seed: 1, kernels })],
  ])('%s', (_, make) => expectSameBits(make, rung, [2, 3, 4]));
});
