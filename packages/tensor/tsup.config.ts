import { packageBuild } from '../../tsup.shared.ts';

export default packageBuild(
  {
    index: 'src/index.ts',
    inference: 'src/inference/index.ts',
    node: 'src/node/index.ts',
  },
  ['esm', 'cjs'],
  ['src/inference/index.ts', ['src/node/index.ts']],
);
