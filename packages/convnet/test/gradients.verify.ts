/** The presets at their own size, and a deep network, against finite differences in float64. */
import { expect, test } from 'vitest';
import { createPreset } from '../src/index.ts';
import { checkModelGradients } from '../src/testing/index.ts';
import { knottyNetwork, residualNetwork } from './branching-networks.ts';

test.each(['simple', 'lenet5', 'cnn'] as const)('%s', (preset) => {
  const model = createPreset(preset, { seed: 1, dtype: 'float64' });
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
  const { failures, tensors } = checkModelGradients({ model, batchSize: 1 });
  expect(failures).toEqual([]);
  for (const { checked } of tensors) expect(checked).toBeGreaterThanOrEqual(200);
});

test('a residual network of fifteen convolutions', () => {
  const model = residualNetwork({
    inputShape: [7, 7, 1],
    filters: [2, 3, 4],
    blocks: 2,
    classes: 3,
    seed: 1,
    dtype: 'float64',
  });
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
  const { failures, tensors } = checkModelGradients({ model });
  expect(failures).toEqual([]);
  expect(tensors.map(({ name }) => name)).toContain('conv15.weight');
});

test('branches, joined in every way', () => {
  const model = knottyNetwork({ seed: 1, dtype: 'float64' });
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
  const { failures, tensors } = checkModelGradients({ model, batchSize: 1 });
  expect(failures).toEqual([]);
  for (const { checked } of tensors) expect(checked).toBeGreaterThanOrEqual(200);
});
