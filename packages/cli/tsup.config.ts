import { packageBuild } from '../../tsup.shared.ts';

// An executable: nobody requires it.
export default packageBuild({ main: 'src/main.ts' }, ['esm']);
