/**
 * What every layer must prove beside its gradients, from the one list of cases: the faster kernels
 * agree with the reference, files keep it, ONNX runtimes compute it, PyTorch has been asked, and the
 * documentation names it.
 */
import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { RandomStreams, Tensor, type DType, type Kernels } from '@convnet/tensor';
import { describe, expect, test } from 'vitest';
import {
  createKernels,
  decodeModel,
  encodeModel,
  functional,
  layers,
  referenceKernels,
  type Model,
} from '../src/index.ts';
import { trainingContext } from '../src/layers/training-context.ts';
import { everyLayer } from '../src/layers/every-layer.ts';
import { layerCases, type LayerCase } from './layer-cases.ts';
import { expectSameInOnnx } from './onnx/run-onnx.ts';

const [nodeMajor] = process.versions.node.split('.').map(Number);
if (nodeMajor! < 22) setFlagsFromString('--experimental-wasm-relaxed-simd');

const layerTypes = [...everyLayer().makers.keys()];

test('every registered layer has a case', () => {
  const covered = new Set(layerCases.map(([, make]) => make().type));
  expect(layerTypes.filter((type) => !covered.has(type))).toEqual([]);
});

/** Layers whose results are drawn at random, so that PyTorch cannot give them. */
const RANDOM = ['dropout', 'spatialDropout2d'];

test('every registered layer is compared with PyTorch', () => {
  const file = new URL('golden/pytorch.golden.json', import.meta.url);
  const golden = JSON.parse(readFileSync(file, 'utf8')) as Record<
    'layers' | 'merges',
    { layer: { type: string } }[]
  >;
  const compared = new Set([...golden.layers, ...golden.merges].map(({ layer }) => layer.type));
  expect(layerTypes.filter((type) => !compared.has(type) && !RANDOM.includes(type))).toEqual([]);
});

test('every registered layer is in the documentation', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  expect(layerTypes.filter((type) => !new RegExp(`\\b${type}\\b`).test(readme))).toEqual([]);
});

/** A network of that layer; of several inputs, all but the first are the first after a layer. */
function networkOf([, make, inputShapes]: LayerCase): Model {
  const x = layers.input({ shape: inputShapes[0]! });
  const layer = make();
  const others = inputShapes.slice(1).map((shape) => {
    const channels = shape.at(-1)!;
    return shape.length === 3
      ? layers.conv2d({ filters: channels, kernelSize: 1 }).apply(x)
      : layers.dense({ units: channels }).apply(x);
  });
  const inputs = inputShapes.length === 1 ? x : [x, ...others];
  return functional({ inputs: x, outputs: layer.apply(inputs), seed: 1 });
}

/** All that a layer computes of a batch, as one program forward and one backward. */
function results([, make, inputShapes]: LayerCase, kernels: Kernels, dtype: DType): number[][] {
  const layer = make();
  layer.name = 'layer';
  const signals = inputShapes.map((shape) => ({ shape }));
  layer.build(signals, trainingContext(kernels, dtype, 1));
  const random = new RandomStreams(2).stream('every layer test');
  const draw = (tensor: Tensor): Tensor => {
    for (let i = 0; i < tensor.size; i++) tensor.data[i] = Math.fround(random.normal());
    return tensor;
  };
  for (const { value } of layer.parameters) draw(value);
  const inputs = inputShapes.map((shape) => draw(kernels.createTensor([3, ...shape], dtype)));
  const dOutput = draw(kernels.createTensor([3, ...layer.outputShape], dtype));
  const passes: Tensor[] = [];
  const program = kernels.record(() => {
    const output = layer.forwardPass(inputs, true);
    for (const { gradient } of layer.parameters) kernels.clear(gradient);
    const dInputs = layer.backwardPass(
      dOutput,
      inputs.map(() => true),
    );
    passes.splice(0, Infinity, output, ...dInputs);
  });
  program.run();
  return [
    ...passes,
    ...layer.parameters.map(({ gradient }) => gradient),
    ...layer.state.map(({ value }) => value),
  ].map(({ data }) => [...data]);
}

describe.each(['simd', 'relaxed'] as const)('the kernels %s agree with the reference', (rung) => {
  const kernels = createKernels(rung, { threads: 2 });

  test.each(layerCases.map((each) => [each[0], each] as const))('%s', (_, each) => {
    const expected = results(each, referenceKernels, 'float64');
    const actual = results(each, kernels, 'float32');
    expect(actual).toHaveLength(expected.length);
    for (const [part, numbers] of expected.entries()) {
      // A gradient may cancel to nothing: errors are relative to what was added up.
      const largest = Math.max(...numbers.map(Math.abs), 1);
      for (const [i, value] of numbers.entries()) {
        if (Math.abs(actual[part]![i]! - value) <= 1e-5 * largest) continue;
        expect.fail(`part ${part}[${i}]: expected ${value}, received ${actual[part]![i]}`);
      }
    }
  });
});

describe('elsewhere', () => {
  test.each(layerCases.map((each) => [each[0], each] as const))('%s', async (_, each) => {
    const model = networkOf(each);
    const loaded = decodeModel(encodeModel(model));
    expect(encodeModel(loaded)).toEqual(encodeModel(model));
    await expectSameInOnnx(model);
  });
});
