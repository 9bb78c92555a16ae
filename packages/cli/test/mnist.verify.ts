/** Every image of MNIST's test set with every backend; `mnist.test.ts` looks at a tenth. */
import { test } from 'vitest';
import { needed } from '../../../test-needs.shared.ts';
import { expectAlike } from './backends-alike.ts';

const dataDir = needed('MNIST', 'reading all test images');

test.skipIf(!dataDir)('every backend reads all 10,000 test images alike', () =>
  expectAlike(dataDir!, 10_000),
);
