/** Forward and backward passes, losses and optimizers against values that PyTorch computed. */
import { readFileSync } from 'node:fs';
import { createKernels, referenceKernels, type DType, type Tensor } from '@convnet/tensor';
import { describe, expect, test } from 'vitest';
import {
  adam,
  adamW,
  binaryCrossentropy,
  categoricalCrossentropy,
  cosineDecay,
  exponentialDecay,
  oneCycle,
  piecewiseConstant,
  rmsprop,
  sgd,
  meanSquaredError,
  sparseCategoricalCrossentropy,
} from '../../src/index.ts';
import { trainingContext } from '../../src/layers/training-context.ts';
import type { LayerConfig } from '../../src/layers/layer.ts';
import { Workspace } from '../../src/layers/workspace.ts';
import { everyLayer } from '../../src/layers/every-layer.ts';
import { layerFromOptions } from '../../src/layers/registry.ts';
import { fromStored, toStored } from '../../src/files/stored-layout.ts';
import { sumOf } from '../../src/losses/loss.ts';
import { consecutive } from '../../src/samples/samples.ts';
import { residualNetwork } from '../branching-networks.ts';

const optimizers = { adam, adamW, rmsprop, sgd };
const schedules = { cosineDecay, exponentialDecay, oneCycle, piecewiseConstant };

interface Numbers {
  readonly shape: number[];
  readonly data: number[];
}

interface Golden {
  readonly layers: readonly {
    readonly name: string;
    readonly layer: LayerConfig;
    readonly input: Numbers;
    readonly output: Numbers;
    readonly dOutput: Numbers;
    readonly dInput: Numbers;
    readonly parameters: readonly { readonly value: Numbers; readonly gradient: Numbers }[];
    readonly state: readonly Numbers[];
    readonly inference: Numbers | null;
  }[];
  readonly losses: {
    readonly logits: Numbers;
    readonly labels: number[];
    readonly targets: Numbers;
  } & Record<
    'sparse' | 'dense' | 'binary' | 'squared',
    { readonly loss: number; readonly dLogits: Numbers }
  >;
  readonly optimizers: readonly {
    readonly name: keyof typeof optimizers;
    readonly options: Record<string, number>;
    readonly start: Numbers;
    readonly steps: readonly Numbers[];
  }[];
  readonly schedules: readonly {
    readonly name: keyof typeof schedules;
    readonly options: Record<string, unknown>;
    readonly rates: readonly number[];
  }[];
  readonly merges: readonly {
    readonly name: string;
    readonly layer: LayerConfig;
    readonly inputs: readonly Numbers[];
    readonly output: Numbers;
    readonly dOutput: Numbers;
    readonly dInputs: readonly Numbers[];
  }[];
  readonly residual: {
    readonly filters: number[];
    readonly blocks: number;
    readonly input: Numbers;
    readonly labels: number[];
    readonly loss: number;
    readonly probabilities: Numbers;
    readonly dInput: Numbers;
    /** As they lie in a file. */
    readonly parameters: Record<string, { readonly value: Numbers; readonly gradient: Numbers }>;
  };
}

const golden = JSON.parse(
  readFileSync(new URL('pytorch.golden.json', import.meta.url), 'utf8'),
) as Golden;

/** max|a − b| ≤ tolerance · max|expected|. */
function expectClose(actual: Tensor, expected: Numbers, dtype: DType): void {
  expect(actual.shape).toEqual(expected.shape);
  const largest = Math.max(...expected.data.map(Math.abs));
  const error = Math.max(...expected.data.map((value, i) => Math.abs(value - actual.data[i]!)));
  expect(error).toBeLessThanOrEqual((dtype === 'float32' ? 1e-5 : 1e-10) * largest);
}

describe.each([
  { kernels: referenceKernels, dtype: 'float32' },
  { kernels: referenceKernels, dtype: 'float64' },
  { kernels: createKernels('simd'), dtype: 'float32' },
] as const)('$kernels.name in $dtype', ({ kernels, dtype }) => {
  const context = trainingContext(kernels, dtype, 0);
  const tensor = ({ shape, data }: Numbers): Tensor => {
    const made = kernels.createTensor(shape, dtype);
    made.data.set(data);
    return made;
  };

  test.each(golden.layers)('$name', ({ layer: options, ...expected }) => {
    const layer = layerFromOptions({ ...options, name: 'layer' }, everyLayer());
    const input = tensor(expected.input);
    layer.build([{ shape: input.shape.slice(1) }], context);
    expect(layer.parameters).toHaveLength(expected.parameters.length);
    layer.parameters.forEach(({ value }, i) => {
      expect(value.shape).toEqual(expected.parameters[i]!.value.shape);
      value.data.set(expected.parameters[i]!.value.data);
    });
    expectClose(layer.forwardPass([input], true), expected.output, dtype);
    const [dInput] = layer.backwardPass(tensor(expected.dOutput), [true]);
    expectClose(dInput!, expected.dInput, dtype);
    layer.parameters.forEach(({ gradient }, i) => {
      expectClose(gradient, expected.parameters[i]!.gradient, dtype);
    });
    expect(layer.state).toHaveLength(expected.state.length);
    layer.state.forEach(({ value }, i) => {
      expectClose(value, expected.state[i]!, dtype);
    });
    if (!expected.inference) return;
    expectClose(layer.forwardPass([input], false), expected.inference, dtype);
  });

  test.each(golden.merges)('$name', ({ layer: options, ...expected }) => {
    const layer = layerFromOptions({ ...options, name: 'layer' }, everyLayer());
    const inputs = expected.inputs.map(tensor);
    layer.build(
      inputs.map(({ shape }) => ({ shape: shape.slice(1) })),
      context,
    );
    expectClose(layer.forwardPass(inputs, true), expected.output, dtype);
    const needed = inputs.map(() => true);
    const dInputs = layer.backwardPass(tensor(expected.dOutput), needed);
    expect(dInputs).toHaveLength(inputs.length);
    dInputs.forEach((dInput, i) => {
      expectClose(dInput, expected.dInputs[i]!, dtype);
    });
  });

  test('a residual network and its loss', () => {
    const { residual } = golden;
    const { labels } = residual;
    const model = residualNetwork({
      inputShape: residual.input.shape.slice(1),
      filters: residual.filters,
      blocks: residual.blocks,
      classes: 5,
      dtype,
      kernels,
    });
    const named = model.layers.flatMap((layer) =>
      layer.parameters.map((parameter) => [`${layer.name}.${parameter.name}`, parameter] as const),
    );
    expect(named.map(([name]) => name).sort()).toEqual(Object.keys(residual.parameters).sort());
    for (const [name, { value, stored }] of named) {
      fromStored(tensor(residual.parameters[name]!.value), stored, value);
    }
    model.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' });
    const input = tensor(residual.input);
    const prepared = model.compiled.loss.prepare(labels, 5);
    const room = prepared.makeRoom(model.workspace, labels.length);
    prepared.pick(consecutive(labels.length), room);
    const losses = kernels.createTensor([labels.length], dtype);
    const dLogits = kernels.createTensor([labels.length, 5], dtype);
    const logits = model.compiled.forwardToLogits(input, true);
    const scale = 1 / labels.length;
    model.compiled.loss.compute(kernels, logits, room, losses, dLogits, scale);
    const loss = sumOf(losses.data) * scale;
    expect(loss).toBeCloseTo(residual.loss, dtype === 'float32' ? 5 : 10);
    expectClose(model.compiled.backwardFromLogits(dLogits, true)!, residual.dInput, dtype);
    for (const [name, { gradient, stored }] of named) {
      expectClose(toStored(gradient, stored), residual.parameters[name]!.gradient, dtype);
    }
    expectClose(model.predict(input), residual.probabilities, dtype);
  });

  test.each([
    ['sparse', sparseCategoricalCrossentropy(), golden.losses.labels],
    ['dense', categoricalCrossentropy(), tensor(golden.losses.targets)],
    ['binary', binaryCrossentropy(), tensor(golden.losses.targets)],
    ['squared', meanSquaredError(), tensor(golden.losses.targets)],
  ] as const)('the loss %s', (form, loss, targets) => {
    const logits = tensor(golden.losses.logits);
    const dLogits = kernels.createTensor(logits.shape, dtype);
    const prepared = loss.prepare(targets, 4);
    const losses = kernels.createTensor([5], dtype);
    const room = prepared.makeRoom(new Workspace(kernels, dtype), 5);
    prepared.pick(consecutive(5), room);
    loss.compute(kernels, logits, room, losses, dLogits, 1 / 5);
    const sum = sumOf(losses.data);
    expect(sum / 5).toBeCloseTo(golden.losses[form].loss, dtype === 'float32' ? 6 : 10);
    expectClose(dLogits, golden.losses[form].dLogits, dtype);
  });

  test.each(golden.optimizers)('$name $options', ({ name, options, start, steps }) => {
    const optimizer = optimizers[name](options);
    const value = tensor(start);
    const gradient = kernels.createTensor(value.shape, dtype);
    const stored = { view: [4], axes: [0], shape: [4] };
    const parameters = [{ name: 'theta', value, gradient, stored }];
    for (const expected of steps) {
      gradient.data.set(value.data.map((theta) => theta ** 3));
      optimizer.apply(parameters, kernels);
      expectClose(value, expected, dtype);
    }
  });
});

test.each(golden.schedules)('$name $options', ({ name, options, rates }) => {
  const schedule = schedules[name](options as never);
  for (const [step, rate] of rates.entries()) expect(schedule(step)).toBeCloseTo(rate, 12);
});
