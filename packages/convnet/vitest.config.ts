import { packageTests } from '../../vitest.shared.ts';

export default packageTests('convnet', { alone: ['test/zeros-left-out.test.ts'] });
