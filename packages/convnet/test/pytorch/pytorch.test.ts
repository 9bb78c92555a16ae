/** A saved model, loaded by PyTorch into the obvious `nn.Sequential`, computes the same function. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { needed } from '../../../../test-needs.shared.ts';
import {
  batchNormalization,
  conv2d,
  createPreset,
  dense,
  flatten,
  gelu,
  layerNormalization,
  maxPooling2d,
  sequential,
  silu,
  softmax,
  Tensor,
  type Sequential,
} from '../../src/index.ts';
import { saveModel } from '../../src/node/index.ts';
import { windowedNetwork } from '../windowed-network.ts';

const python = needed('PyTorch', 'loading models in PyTorch');

function normalised(): Sequential {
  return sequential({
    inputShape: [28, 28, 1],
    seed: 1,
    layers: [
      conv2d({ filters: 8, kernelSize: 3, useBias: false }),
      batchNormalization(),
      silu(),
      maxPooling2d(),
      flatten(),
      dense({ units: 16 }),
      layerNormalization(),
      gelu(),
      dense({ units: 10 }),
      softmax(),
    ],
  });
}

const models: Readonly<Record<string, Sequential>> = {
  simple: createPreset('simple', { seed: 1 }),
  lenet5: createPreset('lenet5', { seed: 1 }),
  cnn: createPreset('cnn', { seed: 1 }),
  normalised: normalised(),
  windows: windowedNetwork({ seed: 1 }),
};

describe.skipIf(!python)('in PyTorch', () => {
  let printed: Readonly<Record<string, number[][]>>;

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'convnet-'));
    try {
      const files: string[] = [];
      for (const [architecture, model] of Object.entries(models)) {
        // Biases and running means start at zero, which would hide a wrong order.
        const state = model.layers.flatMap((layer) => layer.state);
        for (const { name, value } of [...model.parameters, ...state]) {
          if (name === 'running_var') value.data.forEach((_, i) => (value.data[i] = 1 + i / 8));
          else if (value.shape.length === 1)
            value.data.forEach((_, i) => (value.data[i] = Math.cos(i) / 4));
        }
        const file = join(folder, `${architecture}.safetensors`);
        await saveModel(model, file);
        files.push(file);
      }
      const script = fileURLToPath(new URL('run_model.py', import.meta.url));
      const output = execFileSync(python!, [script, ...files], { encoding: 'utf8' });
      printed = JSON.parse(output) as typeof printed;
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test.each(Object.entries(models))('%s', (architecture, model) => {
    const input = Tensor.zeros([3, 28, 28, 1]);
    input.data.forEach((_, i) => {
      const [n, row, column] = [Math.floor(i / 784), Math.floor(i / 28) % 28, i % 28];
      input.data[i] = Math.sin(n + 0.37 * row + 0.11 * column);
    });
    const expected = printed[architecture]!.flat();
    const actual = model.predict(input).data;
    const largest = Math.max(...expected);
    expect(expected).toHaveLength(30);
    expected.forEach((probability, i) => {
      expect(Math.abs(actual[i]! - probability)).toBeLessThanOrEqual(1e-5 * largest);
    });
  });
});
