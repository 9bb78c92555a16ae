/** Networks whose layers form a graph: how they are put together, computed and refused. */
import { RandomStreams } from '@convnet/tensor';
import { describe, expect, test } from 'vitest';
import {
  adam,
  concatenate,
  conv2d,
  createKernels,
  dense,
  dropout,
  flatten,
  functional,
  Layer,
  layers,
  Model,
  referenceKernels,
  relu,
  reshape,
  sequential,
  Sequential,
  softmax,
  sparseCategoricalCrossentropy,
  Tensor,
  type Signal,
  type SymbolicTensor,
} from '../src/index.ts';
import { knottyNetwork, residualNetwork } from './branching-networks.ts';

function normal(shape: readonly number[]): Tensor {
  const random = new RandomStreams(3).stream('functional test');
  const x = Tensor.zeros(shape);
  for (let i = 0; i < x.size; i++) x.data[i] = random.normal();
  return x;
}

const labels = (count: number, classes: number) =>
  Uint8Array.from({ length: count }, (_, n) => n % classes);

describe('model', () => {
  test('computes a chain by the very calls of sequential', async () => {
    const chained = () => [
      conv2d({ filters: 3, kernelSize: 3 }),
      relu(),
      flatten(),
      dropout({ rate: 0.2 }),
      dense({ units: 3 }),
      softmax(),
    ];
    const options = { seed: 4, kernels: createKernels('simd', { threads: 1 }) };
    const chain = sequential({ ...options, inputShape: [6, 5, 2], layers: chained() });
    const x = layers.input({ shape: [6, 5, 2] });
    const end = chained().reduce<SymbolicTensor>((tensor, layer) => layer.apply(tensor), x);
    const graph = functional({ ...options, inputs: [x], outputs: [end] });
    const images = normal([20, 6, 5, 2]);
    for (const network of [chain, graph]) {
      network.compile({ optimizer: adam(), loss: 'sparseCategoricalCrossentropy' });
      await network.fit(images, labels(20, 3), { epochs: 2, batchSize: 8 });
    }
    expect(graph.predict(images).data).toEqual(chain.predict(images).data);
    expect(await graph.evaluate(images, labels(20, 3))).toEqual(
      await chain.evaluate(images, labels(20, 3)),
    );
  });

  test('adds up the gradients of a tensor that is read often', () => {
    const x = layers.input({ shape: [2] });
    const square = layers.multiply().apply([x, x]);
    const outputs = layers.add().apply([x, square, layers.multiply().apply([square, x])]);
    const network = functional({ inputs: x, outputs, kernels: referenceKernels });
    const loss = sparseCategoricalCrossentropy({ fromLogits: true });
    network.compile({ optimizer: 'sgd', loss });
    network.compiled.forwardToLogits(Tensor.from([[3, -2]]), true);
    // x + x² + x³, whose derivative is 1 + 2x + 3x².
    const dInput = network.compiled.backwardFromLogits(Tensor.from([[1, 10]]), true)!;
    expect([...dInput.data]).toEqual([1 + 6 + 27, 10 * (1 - 4 + 12)]);
    expect(network.compiled.backwardFromLogits(Tensor.from([[1, 10]]))).toBeUndefined();
  });

  test('computes only what leads to the output, in an order of computation', () => {
    const x = layers.input({ shape: [4] });
    const a = dense({ units: 3, name: 'a' }).apply(x);
    dense({ units: 9, name: 'unused' }).apply(a);
    const b = relu({ name: 'b' }).apply(a);
    const c = dense({ units: 3, name: 'c' }).apply(x);
    const network = functional({
      inputs: x,
      outputs: concatenate({ name: 'd' }).apply([c, b, a, c]),
    });
    expect(network.layers.map(({ name }) => name)).toEqual(['c', 'a', 'b', 'd']);
    expect(network.graph.nodes.map(({ inputs }) => inputs)).toEqual([
      [-1],
      [-1],
      [1],
      [0, 2, 1, 0],
    ]);
    expect(network.outputShape).toEqual([12]);
    expect(network.countParams()).toBe(2 * 15);
    expect(network).toBeInstanceOf(Model);
    expect(network).not.toBeInstanceOf(Sequential);
  });

  test('can be thousands of layers deep', () => {
    const x = layers.input({ shape: [1] });
    let y: SymbolicTensor = x;
    for (let i = 0; i < 3000; i++) y = layers.add().apply([y, x]);
    const network = functional({ inputs: x, outputs: y, kernels: referenceKernels });
    expect(network.forward(Tensor.from([[2]]), false).data[0]).toBe(2 * 3001);
    expect(network.layers.at(-1)!.name).toBe('add3000');
  });

  test('gives a sample the same bits in every batch', () => {
    const network = knottyNetwork({ seed: 2 });
    const x = normal([9, 11, 10, 3]);
    const all = network.predict(x).data;
    expect(network.predict(x, { batchSize: 1 }).data).toEqual(all);
    expect(network.predict(x, { batchSize: 4 }).data).toEqual(all);
  });

  test('prints what is connected to what', () => {
    const lines: string[] = [];
    const x = layers.input({ shape: [8, 8, 1], name: 'image' });
    const y = conv2d({ filters: 4, kernelSize: 3, padding: 'same' }).apply(x);
    const z = concatenate().apply([y, relu().apply(y), x]);
    const logits = dense({ units: 2, useBias: false }).apply(flatten().apply(z));
    const network = functional({ inputs: x, outputs: softmax().apply(logits), name: 'small' });
    network.summary({ printFn: (line) => void lines.push(line) });
    expect(lines.join('\n')).toMatchInlineSnapshot(`
      "Model "small"
      ────────────────────────────────────────────────────────────────────────────────────────────────
      Layer                       Output        Parameters  Multiply-adds  Memory  Connected to
      ────────────────────────────────────────────────────────────────────────────────────────────────
      image                       [N, 8, 8, 1]
      conv1 (conv2d)              [N, 8, 8, 4]          40          2,304  1.2 kB  image
      relu1 (relu)                [N, 8, 8, 4]           0              0  1.0 kB  conv1
      concatenate1 (concatenate)  [N, 8, 8, 9]           0              0  2.3 kB  conv1, relu1, image
      flatten1 (flatten)          [N, 576]               0              0     0 B  concatenate1
      dense1 (dense)              [N, 2]             1,152          1,152  4.6 kB  flatten1
      softmax1 (softmax)          [N, 2]                 0              0     8 B  dense1
      ────────────────────────────────────────────────────────────────────────────────────────────────
      Total: 1,192 parameters, 3,456 multiply-adds per sample
      Memory: 4.8 kB of parameters, 4.4 kB of outputs per sample"
    `);
  });

  const x = () => layers.input({ shape: [8, 8, 3] });
  const conv = (name?: string) =>
    conv2d({ filters: 2, kernelSize: 3, ...(name !== undefined && { name }) });

  test.each<[string, () => unknown, string]>([
    [
      'two inputs',
      () => functional({ inputs: [x(), x()] as never, outputs: conv().apply(x()) }),
      "functional inputs: expected one tensor, of layers.input() or of a layer's apply(); received 2 tensors. A network has one input and one output; layers.add() and concatenate() join branches.",
    ],
    [
      'two outputs',
      () => {
        const from = x();
        const outputs = [conv().apply(from), conv().apply(from)] as never;
        return functional({ inputs: from, outputs });
      },
      'functional outputs: expected one tensor',
    ],
    [
      'a shape for an input',
      () => functional({ inputs: [8, 8, 3] as never, outputs: conv().apply(x()) }),
      'functional inputs: expected one tensor',
    ],
    [
      'an input that a layer computes',
      () => {
        const y = conv('first').apply(x());
        return functional({ inputs: y, outputs: conv().apply(y) });
      },
      'functional inputs: expected a tensor of layers.input(); received the output of conv2d "first".',
    ],
    [
      'another input on the way',
      () => {
        const from = x();
        const other = conv().apply(layers.input({ shape: [8, 8, 3], name: 'mask' }));
        return functional({
          inputs: from,
          outputs: layers.add().apply([conv().apply(from), other]),
        });
      },
      'they also depend on the input "mask". A network has one input.',
    ],
    [
      'no layer',
      () => {
        const from = x();
        return functional({ inputs: from, outputs: from });
      },
      'functional: expected at least one layer between inputs and outputs.',
    ],
    [
      'a layer that is applied twice',
      () => {
        const shared = conv('shared');
        return layers.add().apply([shared.apply(x()), shared.apply(x())]);
      },
      'conv2d "shared" apply: expected a layer that is not applied yet; a layer has one place in a network, and shares its weights with none. Make a new layer for each place.',
    ],
    [
      'numbers',
      () => relu().apply(Tensor.zeros([1, 2]) as never),
      "relu apply: expected what layers.input() or another layer's apply() gives. To compute with numbers, make a model and call predict().",
    ],
    [
      'one tensor to add',
      () => {
        const from = x();
        return functional({ inputs: from, outputs: layers.add().apply(from) });
      },
      'add "add1": expected at least two inputs; received 1. In functional({ inputs, outputs }), apply it to a list of tensors.',
    ],
    [
      'a list with one tensor',
      () => {
        const from = x();
        return functional({ inputs: from, outputs: layers.multiply().apply([from]) });
      },
      'multiply "multiply1": expected at least two inputs; received 1.',
    ],
    [
      'merging in a chain',
      () => sequential({ inputShape: [3], layers: [layers.add()] }),
      'add "add1": expected at least two inputs; received 1. In functional({ inputs, outputs })',
    ],
    [
      'sums of two shapes',
      () => {
        const from = x();
        return functional({
          inputs: from,
          outputs: layers.add().apply([from, conv().apply(from)]),
        });
      },
      'add "add1": expected inputs of one shape; received [N, 8, 8, 3] and [N, 6, 6, 2]. Bring them to one shape',
    ],
    [
      'channels of images of two sizes',
      () => {
        const from = x();
        return functional({
          inputs: from,
          outputs: concatenate().apply([from, conv().apply(from)]),
        });
      },
      'concatenate "concatenate1": expected inputs [N, 8, 8, any]; received [N, 6, 6, 2]. All but the last axis must agree.',
    ],
    [
      'another axis',
      () => {
        const from = x();
        return functional({ inputs: from, outputs: concatenate({ axis: 1 }).apply([from, from]) });
      },
      'concatenate "concatenate1" axis: expected -1, the last axis, which holds channels or units; received 1.',
    ],
    [
      'half an axis',
      () => concatenate({ axis: 0.5 }),
      'concatenate axis: expected a whole number; received 0.5.',
    ],
    [
      'a layer named as the input is',
      () => {
        const from = x();
        return functional({ inputs: from, outputs: conv('input').apply(from) });
      },
      'received "input" twice',
    ],
    [
      'an input without a shape',
      () => layers.input({ shape: 28 as never }),
      'input shape: expected the',
    ],
    [
      'an empty image',
      () => layers.input({ shape: [0, 8] }),
      'input shape: expected a whole number of at',
    ],
    [
      'a shape of other size',
      () => sequential({ inputShape: [12], layers: [reshape({ targetShape: [5, -1] })] }),
      'reshape "reshape1": expected a targetShape of 12 numbers, as [12] has; received [5, -1].',
    ],
    [
      'two sizes to be found out',
      () => reshape({ targetShape: [-1, -1] }),
      'reshape targetShape: expected -1 at most once; received [-1,-1].',
    ],
    ['no shape', () => reshape({} as never), 'reshape targetShape: expected a list of sizes'],
  ])('refuses %s', (_, make, message) => {
    expect(make).toThrow(message);
  });

  test('cuts off a softmax that its loss contains, whatever leads to it', async () => {
    const network = residualNetwork({
      inputShape: [6, 6, 1],
      filters: [2],
      blocks: 1,
      classes: 2,
      seed: 1,
    });
    network.compile({ optimizer: adam(), loss: 'sparseCategoricalCrossentropy' });
    const images = normal([3, 6, 6, 1]);
    const logits = network.compiled.forwardToLogits(images, false).data;
    expect(logits.some((value) => value < 0)).toBe(true);
    await network.fit(images, labels(3, 2));
  });
});

/** Computes in TypeScript, to see that such work finds what it reads. */
class Squared extends Layer {
  override readonly type = 'squared';
  override readonly namePrefix = 'squared';
  #input!: Tensor;

  protected override connect([signal]: readonly [Signal]): Signal {
    return signal;
  }
  override forward([x]: readonly [Tensor]): Tensor {
    const [N, ...sample] = x.shape;
    const y = this.workspace.tensor('output', N!, sample);
    this.#input = x;
    this.kernels.custom('squared', [x, y], () => {
      x.data.forEach((value, i) => (y.data[i] = value * value));
    });
    return y;
  }
  override backward(dY: Tensor): readonly [Tensor] {
    const [N, ...sample] = dY.shape;
    const [x, dX] = [this.#input, this.workspace.tensor('dInput', N!, sample)];
    this.kernels.custom('squaredGradient', [x, dY, dX], () => {
      x.data.forEach((value, i) => (dX.data[i] = 2 * value * dY.data[i]!));
    });
    return [dX];
  }
  protected override options(): Record<string, unknown> {
    return {};
  }
}

test('gradients that a ReLU and a layer in TypeScript share are not fused away', async () => {
  const weights: number[][] = [];
  for (const kernels of [referenceKernels, createKernels('simd', { threads: 2 })]) {
    const x = layers.input({ shape: [6] });
    const a = dense({ units: 5 }).apply(x);
    const joined = layers.add().apply([relu().apply(a), new Squared(undefined).apply(a), a]);
    const outputs = softmax().apply(dense({ units: 3 }).apply(joined));
    const network = functional({ inputs: x, outputs, seed: 1, kernels });
    network.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' });
    await network.fit(normal([32, 6]), labels(32, 3), { epochs: 3, batchSize: 8 });
    weights.push(network.parameters.flatMap(({ value }) => [...value.data]));
  }
  weights[1]!.forEach((value, i) => {
    expect(value).toBeCloseTo(weights[0]![i]!, 5);
  });
});
