/**
 * NaN, infinities, −0 and numbers at the ends of float32 in layers, losses and optimizers: what comes
 * of them on the WebAssembly rungs is what the reference makes, NaN for NaN.
 */
import { setFlagsFromString } from 'node:v8';
import {
  createKernels,
  RandomStreams,
  referenceKernels,
  Tensor,
  type FloatArray,
  type Kernels,
} from '@convnet/tensor';
import { expect, test } from 'vitest';
import {
  adam,
  binaryCrossentropy,
  categoricalCrossentropy,
  huber,
  meanAbsoluteError,
  meanSquaredError,
  rmsprop,
  sgd,
  sparseCategoricalCrossentropy,
} from '../src/index.ts';
import { trainingContext } from '../src/layers/training-context.ts';
import { Workspace } from '../src/layers/workspace.ts';
import { layerCases, type LayerCase } from './layer-cases.ts';

// Node 20 has relaxed SIMD behind a flag.
if (process.versions.node.startsWith('20.')) {
  setFlagsFromString('--experimental-wasm-relaxed-simd');
}

/** 1e-40 is below the normal numbers. */
const SPECIAL = [NaN, Infinity, -Infinity, -0, 1e-40, 3e38, -3e38];

const FINITE = SPECIAL.filter(Number.isFinite);
/** For what is squared or doubled, and leaves float32 on the way, though not float64. */
const NOT_LARGE = SPECIAL.filter((value) => Math.abs(value) !== 3e38);

const rungs = (['simd', 'relaxed'] as const).map((rung) => createKernels(rung, { threads: 2 }));

/** Results of `run` for kernels, whose inputs stay and of which one number at a time is changed. */
interface Prepared {
  readonly inputs: readonly Tensor[];
  run(): readonly FloatArray[];
}

/**
 * Holds what rungs compute of special numbers in each input to what the reference does.
 * @param special - for each input.
 */
function expectSame(
  prepare: (kernels: Kernels) => Prepared,
  special: (input: number) => readonly number[] = () => SPECIAL,
): void {
  const [reference, ...others] = [referenceKernels, ...rungs].map(prepare) as [
    Prepared,
    ...Prepared[],
  ];
  for (const [i, { data }] of reference.inputs.entries()) {
    for (const value of special(i)) {
      const at = data.length >> 1;
      const kept = data[at]!;
      for (const { inputs } of [reference, ...others]) inputs[i]!.data[at] = value;
      const expected = reference.run();
      for (const [r, other] of others.entries()) {
        const title = `${rungs[r]!.name}, input ${i} = ${value}`;
        for (const [part, numbers] of other.run().entries()) {
          expectAlike(numbers, expected[part]!, `${title}, part ${part}`);
        }
      }
      for (const { inputs } of [reference, ...others]) inputs[i]!.data[at] = kept;
    }
  }
}

function expectAlike(actual: FloatArray, expected: FloatArray, title: string): void {
  const finite = Array.from(expected, Math.abs).filter(Number.isFinite);
  const largest = Math.max(1, ...finite);
  for (const [i, value] of expected.entries()) {
    const received = actual[i]!;
    if (Number.isFinite(value) && Number.isFinite(received)) {
      if (Math.abs(received - value) <= 1e-5 * largest) continue;
    } else if (Object.is(received, value)) continue;
    expect.fail(`${title}[${i}]: expected ${value}, received ${received}`);
  }
}

const random = new RandomStreams(3).stream('not finite test');
const numbers = Array.from({ length: 4096 }, () => Math.fround(0.3 * random.normal()));

/** The same numbers for all kernels. */
function filled(tensor: Tensor, from = 0): Tensor {
  for (let i = 0; i < tensor.size; i++) tensor.data[i] = numbers[(from + i) % numbers.length]!;
  return tensor;
}

/** A layer forward and backward, as one program. */
function preparedLayer([, make, inputShapes]: LayerCase, kernels: Kernels): Prepared {
  const layer = make();
  layer.name = 'layer';
  const context = trainingContext(kernels, 'float32', 1);
  layer.build(
    inputShapes.map((shape) => ({ shape })),
    context,
  );
  for (const [i, { value }] of layer.parameters.entries()) filled(value, 100 * i);
  const inputs = inputShapes.map((shape, i) =>
    filled(kernels.createTensor([3, ...shape], 'float32'), 7 * i),
  );
  const dOutput = filled(kernels.createTensor([3, ...layer.outputShape], 'float32'), 1000);
  let passes: readonly Tensor[] = [];
  const program = kernels.record(() => {
    const output = layer.forwardPass(inputs, true);
    for (const { gradient } of layer.parameters) kernels.clear(gradient);
    const needed = inputs.map(() => true);
    passes = [output, ...layer.backwardPass(dOutput, needed)];
  });
  return {
    inputs: [...inputs, dOutput],
    run() {
      for (const { value } of layer.state) value.data.fill(1);
      program.run();
      const gradients = layer.parameters.map(({ gradient }) => gradient);
      const states = layer.state.map(({ value }) => value);
      return [...passes, ...gradients, ...states].map(({ data }) => data);
    },
  };
}

test.each(layerCases.map((each) => [each[0], each] as const))('%s', (_, each) => {
  // Gradients that are not finite meet the zeros of padding: 0 · ∞ may be made of them, or nothing.
  const isPadded = /conv.*same/i.test(each[0]);
  expectSame(
    (kernels) => preparedLayer(each, kernels),
    (input) => (isPadded && input > 0 ? FINITE : SPECIAL),
  );
});

const distributions = Tensor.from([
  [0.5, 0, 0.5],
  [0, 1, 0],
  [0.25, 0.25, 0.5],
  [0, 0, 1],
]);

test.each([
  ['binaryCrossentropy', binaryCrossentropy(), distributions],
  ['categoricalCrossentropy', categoricalCrossentropy(), distributions],
  ['sparseCategoricalCrossentropy', sparseCategoricalCrossentropy(), [0, 1, 2, 0]],
  ['meanSquaredError', meanSquaredError(), distributions],
  ['meanAbsoluteError', meanAbsoluteError(), distributions],
  ['huber', huber(), distributions],
] as const)('%s', (name, loss, targets) => {
  const special = () => (name === 'meanSquaredError' ? NOT_LARGE : SPECIAL);
  expectSame((kernels) => {
    const prepared = loss.prepare(targets, 3);
    const room = prepared.makeRoom(new Workspace(kernels, 'float32'), 4);
    prepared.pick(Uint32Array.of(0, 1, 2, 3), room);
    const logits = filled(kernels.createTensor([4, 3], 'float32'));
    const losses = kernels.createTensor([4], 'float32');
    const gradient = kernels.createTensor([4, 3], 'float32');
    return {
      inputs: [logits],
      run() {
        loss.compute(kernels, logits, room, losses, gradient, 0.25);
        return [losses.data, gradient.data];
      },
    };
  }, special);
});

test.each([
  ['sgd', () => sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true })],
  ['adam', () => adam()],
  ['rmsprop', () => rmsprop({ clipValue: 1 })],
  ['sgd, clipped by norm', () => sgd({ learningRate: 0.1, globalClipNorm: 1 })],
] as const)('%s', (name, make) => {
  const special = () => (name === 'adam' ? NOT_LARGE : SPECIAL);
  expectSame((kernels) => {
    const value = kernels.createTensor([2, 5], 'float32');
    const gradient = filled(kernels.createTensor([2, 5], 'float32'), 50);
    return {
      inputs: [gradient],
      run() {
        filled(value);
        const shape = [2, 5];
        const stored = { view: shape, axes: [0, 1], shape };
        const parameter = { name: 'weight', value, gradient, isRegularized: true, stored };
        const optimizer = make();
        optimizer.apply([parameter], kernels);
        return [
          value.data.slice(),
          ...optimizer.statesOf([parameter], kernels)[0]!.map(({ data }) => data),
        ];
      },
    };
  }, special);
});
