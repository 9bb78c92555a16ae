/** Convolutions by tiles of many more sizes than in `winograd.test.ts`. */
import { describe, test } from 'vitest';
import { createKernels } from '../src/index.ts';
import {
  expectGradientsNearDefinition,
  expectNearDefinition,
  forAnySize,
  rungs,
} from './winograd-cases.ts';

describe.each(rungs)('%s', (rung) => {
  const kernels = createKernels(rung, { threads: 3 });

  test('any sizes: near the definition', () => {
    forAnySize(200, (c) => {
      expectNearDefinition(kernels, c);
    });
  });

  test('gradients of any sizes: near the definition', () => {
    forAnySize(100, (c) => {
      expectGradientsNearDefinition(kernels, c);
    });
  });
});
