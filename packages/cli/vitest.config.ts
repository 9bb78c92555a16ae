import { packageTests } from '../../vitest.shared.ts';

export default packageTests('cli', { globalSetup: 'test/build-cli.ts' });
