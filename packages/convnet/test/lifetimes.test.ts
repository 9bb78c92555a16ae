/** Kernel memory over the life of a network; `lifetimes.verify.ts` takes longer, and counts all memory. */
import { describe, expect, test } from 'vitest';
import {
  adam,
  batchNormalization,
  conv2d,
  createKernels,
  decodeModel,
  dense,
  dropout,
  encodeModel,
  flatten,
  relu,
  sequential,
  softmax,
  Tensor,
  type Kernels,
  type Model,
} from '../src/index.ts';
import { decodeModel as decodeForInference } from '../src/inference/all.ts';
import { MOST_PASSES } from '../src/network/recorded-passes.ts';
import { runBundled } from './bundled-program.ts';

/** More than there are programs kept at a time. */
const SIZES = MOST_PASSES + 8;

const loss = 'sparseCategoricalCrossentropy';
const x = Tensor.zeros([64, 8, 8, 1]);
for (let i = 0; i < x.size; i++) x.data[i] = Math.sin(i);
const labels = Uint8Array.from({ length: 64 }, (_, i) => i % 4);

function network(kernels?: Kernels): Model {
  return sequential({
    inputShape: [8, 8, 1],
    layers: [
      conv2d({ filters: 4, kernelSize: 3 }),
      batchNormalization(),
      relu(),
      flatten(),
      dropout({ rate: 0.25 }),
      dense({ units: 4 }),
      softmax(),
    ],
    ...(kernels && { kernels }),
  });
}

const train = (model: Model, samples: number): void => {
  model.trainOnBatch(x.rows(0, samples), labels.subarray(0, samples));
};

/** Bytes of a network's kernel memory. */
function memoryOf({ kernels }: Model): number {
  const tensor = kernels.createTensor([1], 'float32');
  kernels.release([tensor]);
  return tensor.data.buffer.byteLength;
}

describe('kernel memory does not grow', () => {
  test('with batches of ever other sizes', () => {
    const model = network();
    model.compile({ optimizer: 'adam', loss });
    const round = (): void => {
      for (let samples = 1; samples <= SIZES; samples++) train(model, samples);
    };
    round();
    round();
    const before = memoryOf(model);
    round();
    expect(memoryOf(model)).toBe(before);
  });

  test('when a network is compiled again and again', () => {
    const model = network();
    const again = (): void => {
      model.compile({ optimizer: 'adam', loss });
      train(model, 8);
    };
    for (let i = 0; i < 3; i++) again();
    const before = memoryOf(model);
    for (let i = 0; i < 50; i++) again();
    expect(memoryOf(model)).toBe(before);
  });

  test('when others are trained with the same kernels: each has a memory of its own', () => {
    const kernels = createKernels('simd');
    const bytes = encodeModel(network());
    const models = [
      network(kernels),
      network(kernels),
      decodeModel(bytes, { kernels }),
      decodeForInference(bytes, { kernels }),
    ];
    const weights = models.map(({ layers }) => layers[0]!.parameters[0]!.value);
    expect(new Set(weights.map(({ data }) => data.buffer)).size).toBe(models.length);
    for (const model of models) {
      expect([model.kernels.name, model.kernels.threads]).toEqual(['simd', kernels.threads]);
    }
  });
});

test('100 networks, trained and dropped, take less than 512 MiB; uncollected, they take 1 GB', () => {
  expect(Number(runBundled('lifetimes.ts', 'drop', '100'))).toBeLessThan(512 * 2 ** 20);
});

describe('an optimizer that comes back', () => {
  /** Losses of three steps after the network was compiled with `optimizer` again. */
  function lossesAfter(between: (model: Model) => void): number[] {
    const model = network();
    const optimizer = adam();
    model.compile({ optimizer, loss });
    train(model, 16);
    between(model);
    model.compile({ optimizer, loss });
    return [0, 1, 2].map(() => model.trainOnBatch(x, labels).loss);
  }

  test('remembers what it knew of the parameters', () => {
    const unchanged = lossesAfter(() => undefined);
    const replaced = lossesAfter((model) => {
      model.compile({ optimizer: adam(), loss });
    });
    expect(replaced).toEqual(unchanged);
  });

  test('remembers it when others were frozen meanwhile', () => {
    const model = network();
    const optimizer = adam();
    const [first, ...others] = model.layers;
    const compile = (trainable: boolean): void => {
      first!.trainable = trainable;
      model.compile({ optimizer, loss });
      train(model, 16);
    };
    compile(true);
    const parameters = others.flatMap((layer) => layer.parameters);
    const before = optimizer.statesOf(parameters, model.kernels).map(([m]) => m!.data.slice());
    compile(false);
    compile(true);
    const after = optimizer.statesOf(parameters, model.kernels).map(([m]) => m!.data.slice());
    expect(before.some((values) => values.some((value) => value !== 0))).toBe(true);
    expect(after).not.toEqual(before);
    expect(after.every((values, i) => values.length === before[i]!.length)).toBe(true);
  });
});

describe('dispose', () => {
  test('gives the memory to the network that is made next', () => {
    const models = [0, 1, 2].map(() => {
      const model = network();
      model.compile({ optimizer: 'adam', loss });
      train(model, 16);
      const { buffer } = model.layers[0]!.parameters[0]!.value.data;
      model.dispose();
      return { model, buffer };
    });
    // The first one's memory grew, and goes by another buffer since.
    expect(models[2]!.buffer).toBe(models[1]!.buffer);
    expect(models.every(({ model }) => model.isDisposed)).toBe(true);
  });

  test('changes nothing about what networks compute', () => {
    const losses = [0, 1].map(() => {
      const model = network();
      model.compile({ optimizer: 'adam', loss });
      const all = [0, 1, 2].map(() => model.trainOnBatch(x, labels).loss);
      model.dispose();
      return all;
    });
    expect(losses[1]).toEqual(losses[0]);
  });

  test('ends the use of the network', async () => {
    const model = network();
    model.compile({ optimizer: 'adam', loss });
    model.predict(x);
    train(model, 16);
    await model.evaluate(x, labels);
    const copies = [model.predict(x), ...model.getWeights()];
    const values = copies.map(({ data }) => data.slice());
    model.dispose();
    model.dispose();
    network().setWeights(network().getWeights());
    expect(copies.map(({ data }) => data)).toEqual(values);
    const disposed = /^sequential: expected a model that is not disposed/;
    const uses: (() => unknown)[] = [
      () => model.predict(x),
      () => model.forward(x, false),
      () => model.trainOnBatch(x, labels),
      () => {
        model.compile({ optimizer: 'adam', loss });
      },
      () => model.getWeights(),
      () => {
        model.setWeights([]);
      },
      () => encodeModel(model),
      () => model.countParams(),
      () => model.kernels,
      () => model.getLayer('conv1'),
    ];
    for (const use of uses) expect(use, String(use)).toThrow(disposed);
    await expect(model.fit(x, labels)).rejects.toThrow(disposed);
    await expect(model.evaluate(x, labels)).rejects.toThrow(disposed);
    await expect(model.predictAsync(x)).rejects.toThrow(disposed);
  });

  test('is refused while the network is trained', async () => {
    const model = network();
    model.compile({ optimizer: 'adam', loss });
    const training = model.fit(x, labels, { epochs: 1 });
    expect(() => {
      model.dispose();
    }).toThrow(/dispose: expected no training/);
    await training;
    model.dispose();
  });

  test('has the name that `using` looks for', () => {
    const model = network();
    const symbol = (Symbol as { readonly dispose?: symbol }).dispose!;
    (model as unknown as Record<symbol, () => void>)[symbol]!();
    expect(model.isDisposed).toBe(true);
  });

  test('of one that shares kernels leaves the others alone', () => {
    const kernels = createKernels('simd');
    const [a, b] = [network(kernels), network(kernels)];
    const before = b.predict(x);
    a.dispose();
    network(kernels).predict(x);
    expect(b.predict(x).data).toEqual(before.data);
  });
});
