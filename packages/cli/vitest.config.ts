import { packageTests } from '../../vitest.shared.ts';

export default packageTests('cli', { globalSetup: '../../built-program.shared.ts' });
