/** Weights that PyTorch saved, in a network of this library. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Tensor } from '@convnet/tensor';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { needed } from '../../../../test-needs.shared.ts';
import {
  conv2d,
  dense,
  encodeModel,
  flatten,
  loadWeights,
  maxPooling2d,
  ModelFileError,
  relu,
  sequential,
  softmax,
  writeSafetensors,
  type Sequential,
} from '../../src/index.ts';

const python = needed('PyTorch', 'loading weights from PyTorch');

/** The network of write_weights.py. */
const network = (seed = 3, units = 10): Sequential =>
  sequential({
    inputShape: [28, 28, 1],
    layers: [
      conv2d({ filters: 6, kernelSize: 5, padding: 'same' }),
      relu(),
      maxPooling2d(),
      conv2d({ filters: 16, kernelSize: 5 }),
      relu(),
      maxPooling2d(),
      flatten(),
      dense({ units }),
      softmax(),
    ],
    seed,
  });

const NAMES: Readonly<Record<string, string>> = { 0: 'conv1', 3: 'conv2', 7: 'dense1' };
const rename = (name: string): string => name.replace(/^\d+/, (digits) => NAMES[digits] ?? digits);

describe.skipIf(!python)('a state_dict of PyTorch', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'convnet-weights-'));
  const dtypes = ['float32', 'float16', 'bfloat16'];
  const fileOf = (dtype: string): string => path.join(folder, `${dtype}.safetensors`);
  let printed: Readonly<Record<string, number[][]>>;

  beforeAll(() => {
    const script = fileURLToPath(new URL('write_weights.py', import.meta.url));
    const args = dtypes.flatMap((dtype) => [fileOf(dtype), dtype]);
    const output = execFileSync(python!, [script, ...args], { encoding: 'utf8' });
    printed = JSON.parse(output) as typeof printed;
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test.each(dtypes)('of %s computes the same here', (dtype) => {
    const expected = printed[dtype]!.flat();
    const file = fileOf(dtype);
    const model = network();
    const filled = loadWeights(model, readFileSync(file), { source: file, rename });
    expect(filled).toHaveLength(6);
    const input = Tensor.zeros([3, 28, 28, 1]);
    input.data.forEach((_, i) => {
      const [n, row, column] = [Math.floor(i / 784), Math.floor(i / 28) % 28, i % 28];
      input.data[i] = Math.sin(n + 0.37 * row + 0.11 * column);
    });
    const actual = model.predict(input).data;
    const largest = Math.max(...expected);
    for (const [i, probability] of expected.entries()) {
      expect(Math.abs(actual[i]! - probability)).toBeLessThanOrEqual(1e-5 * largest);
    }
  });
});

describe('loadWeights', () => {
  const weightsOf = (model: Sequential) => model.parameters.map(({ value }) => value.data.slice());

  test('takes a model file of the same network', () => {
    const [from, to] = [network(1), network(2)];
    loadWeights(to, encodeModel(from));
    expect(weightsOf(to)).toEqual(weightsOf(from));
  });

  test('refuses names that no layer has, and changes nothing', () => {
    const model = network(2);
    const before = weightsOf(model);
    const bytes = writeSafetensors({
      tensors: new Map([['0.weight', Tensor.zeros([6, 1, 5, 5])]]),
      metadata: new Map(),
    });
    expect(() => loadWeights(model, bytes, { source: 'net.st' })).toThrow(
      /^net\.st: expected tensors of the network's layers \(conv1\.weight.*also received 0\.weight/,
    );
    expect(() => loadWeights(model, bytes, { rename })).toThrow(/"conv1\.bias".*no such tensor/);
    expect(weightsOf(model)).toEqual(before);
  });

  test('begins a network with the layers of another one', () => {
    const [from, to] = [network(1), network(2, 3)];
    const untouched = to.parameters.at(-1)!.value.data.slice();
    const filled = loadWeights(to, encodeModel(from), {
      allowMissing: true,
      rename: (name) => (name.startsWith('dense1') ? undefined : name),
    });
    expect(filled).toEqual(['conv1.weight', 'conv1.bias', 'conv2.weight', 'conv2.bias']);
    expect(weightsOf(to).slice(0, 4)).toEqual(weightsOf(from).slice(0, 4));
    expect(to.parameters.at(-1)!.value.data).toEqual(untouched);
    expect(() => loadWeights(to, encodeModel(from))).toThrow(ModelFileError);
  });
});
