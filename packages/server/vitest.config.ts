import { packageTests } from '../../vitest.shared.ts';

export default packageTests('server', { globalSetup: '../../built-program.shared.ts' });
