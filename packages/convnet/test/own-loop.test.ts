/** What training loops of one's own are made of: single steps, weights, layers by name. */
import { Tensor } from '@convnet/tensor';
import { expect, test } from 'vitest';
import { stripes, stripesNetwork } from './stripes.ts';

const { x, labels } = stripes(60);

test('trainOnBatch makes the steps that fit makes', async () => {
  const [fitted, stepped] = [0, 1].map(() => stripesNetwork({ normalised: true, rate: 0.2 }));
  const { history } = await fitted!.fit(x, labels, { batchSize: 20, shuffle: false });
  const losses = [0, 20, 40].map((start) => {
    const batch = stepped!.trainOnBatch(x.rows(start, 20), labels.subarray(start, start + 20));
    return batch.loss;
  });
  expect(losses.reduce((sum, loss) => sum + loss) / 3).toBeCloseTo(history.loss[0]!, 6);
  expect(stepped!.getWeights()).toEqual(fitted!.getWeights());
});

test('trainOnBatch weighs samples, and refuses what does not fit', () => {
  const model = stripesNetwork();
  const before = model.getWeights();
  const nothing = model.trainOnBatch(x, labels, { classWeight: [0, 0] });
  expect(nothing.loss).toBe(0);
  expect(() => model.trainOnBatch(x, labels.subarray(1))).toThrow(
    'trainOnBatch: expected as many targets as samples',
  );
  expect(() => model.trainOnBatch(x, labels, { sampleWeight: [1] })).toThrow(
    'trainOnBatch sampleWeight: expected 60 weights',
  );
  expect(model.getWeights()).toEqual(before);
});

test('trainOnBatch leaves the network as it is where the loss is not finite', () => {
  const model = stripesNetwork();
  const before = model.getWeights();
  const broken = new Tensor(x.data.slice(), x.shape);
  broken.data[7] = NaN;
  expect(model.trainOnBatch(broken, labels).loss).toBeNaN();
  expect(model.getWeights()).toEqual(before);
});

test('weights are copied out and in, with the state of layers', async () => {
  const model = stripesNetwork({ normalised: true });
  const before = model.getWeights();
  const kept = before.map(({ data }) => data.slice());
  await model.fit(x, labels);
  expect(before.map(({ data }) => data)).toEqual(kept);
  const other = stripesNetwork({ normalised: true, seed: 2 });
  other.setWeights(model.getWeights());
  expect(other.predict(x).data).toEqual(model.predict(x).data);
  model.setWeights(before);
  expect(model.getWeights()).toEqual(before);
});

test('weights that do not fit are refused, and nothing changes', () => {
  const model = stripesNetwork();
  const before = model.getWeights();
  expect(() => {
    model.setWeights(before.slice(1));
  }).toThrow(/setWeights: expected \[3, 3, 1, 4\], \[4\], .*; received \[4\], /);
  const other = [Tensor.zeros([3, 3, 1, 4]), Tensor.zeros([5]), ...before.slice(2)];
  expect(() => {
    model.setWeights(other);
  }).toThrow('setWeights');
  expect(model.getWeights()).toEqual(before);
});

test('a layer is found by its name', () => {
  const model = stripesNetwork();
  expect(model.getLayer('conv1')).toBe(model.layers[0]);
  expect(() => model.getLayer('conv9')).toThrow('expected one of the layers conv1, relu1, ');
});
