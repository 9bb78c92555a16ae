import { packageBuild } from '../../tsup.shared.ts';

export default packageBuild(
  {
    index: 'src/index.ts',
    node: 'src/node/index.ts',
    inference: 'src/inference/index.ts',
    'inference-all': 'src/inference/all.ts',
    onnx: 'src/onnx/index.ts',
    testing: 'src/testing/index.ts',
  },
  ['esm', 'cjs'],
  ['src/index.ts', ['src/node/index.ts', 'src/onnx/index.ts', 'src/testing/index.ts']],
);
