/** A saved model, loaded by PyTorch into the obvious `nn.Sequential`, computes the same function. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { needed } from '../../../../test-needs.shared.ts';
import { createPreset, Tensor } from '../../src/index.ts';
import { saveModel } from '../../src/node/index.ts';
import { windowedNetwork } from '../windowed-network.ts';

const python = needed('PyTorch', 'loading models in PyTorch');

describe.skipIf(!python)('in PyTorch', () => {
  test.each([
    ...(['simple', 'lenet5', 'cnn'] as const).map(
      (preset) => [preset, createPreset(preset, { seed: 1 })] as const,
    ),
    ['windows', windowedNetwork({ seed: 1 })] as const,
  ])('%s', async (architecture, model) => {
    // Biases start at zero, which would hide a wrong order.
    for (const { value } of model.parameters) {
      if (value.shape.length === 1) value.data.forEach((_, i) => (value.data[i] = Math.cos(i) / 4));
    }
    const input = Tensor.zeros([3, 28, 28, 1]);
    input.data.forEach((_, i) => {
      const [n, row, column] = [Math.floor(i / 784), Math.floor(i / 28) % 28, i % 28];
      input.data[i] = Math.sin(n + 0.37 * row + 0.11 * column);
    });
    const folder = mkdtempSync(join(tmpdir(), 'convnet-'));
    try {
      const path = join(folder, 'model.safetensors');
      await saveModel(model, path);
      const script = fileURLToPath(new URL('run_model.py', import.meta.url));
      const printed = execFileSync(python!, [script, architecture, path], { encoding: 'utf8' });
      const expected = (JSON.parse(printed) as number[][]).flat();
      const actual = model.predict(input).data;
      const largest = Math.max(...expected);
      expect(expected).toHaveLength(30);
      expected.forEach((probability, i) => {
        expect(Math.abs(actual[i]! - probability)).toBeLessThanOrEqual(1e-5 * largest);
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
