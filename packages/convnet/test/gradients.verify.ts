/** The presets at their own size against finite differences in float64. */
import { expect, test } from 'vitest';
import { createPreset } from '../src/index.ts';
import { checkModelGradients } from '../src/testing/index.ts';

test.each(['simple', 'lenet5', 'cnn'] as const)('%s', (preset) => {
  const model = createPreset(preset, { seed: 1, dtype: 'float64' });
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
  const { failures, tensors } = checkModelGradients({ model, batchSize: 1 });
  expect(failures).toEqual([]);
  for (const { checked } of tensors) expect(checked).toBeGreaterThanOrEqual(200);
});
