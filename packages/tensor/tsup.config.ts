import { packageBuild } from '../../tsup.shared.ts';

export default packageBuild(
  {
    index: 'src/index.ts',
    inference: 'src/inference/index.ts',
    'inference-kernels': 'src/inference/kernels.ts',
    node: 'src/node/index.ts',
  },
  ['esm', 'cjs'],
  [
    'src/core.ts',
    [
      'src/index.ts',
      'src/inference/index.ts',
      'src/inference/kernels.ts',
      'src/node/index.ts',
      // Loaded by need.
      'src/wasm/kernels/winograd-conv2d.ts',
      'src/wasm/kernels/pooled-slide.ts',
    ],
  ],
);
