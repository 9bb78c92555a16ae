/** Asynchronous prediction, and the confusion matrix of an evaluation. */
import { Tensor } from '@convnet/tensor';
import { expect, test } from 'vitest';
import { confusionMatrix, dense, flatten, sequential } from '../src/index.ts';
import { stripes, stripesNetwork } from './stripes.ts';

const { x, labels } = stripes(300);

test('predictAsync gives the bits of predict, and says how far it is', async () => {
  const model = stripesNetwork();
  const seen: number[] = [];
  const predictions = await model.predictAsync(x, {
    batchSize: 64,
    onProgress: (done, total) => {
      expect(total).toBe(300);
      seen.push(done);
    },
  });
  expect(predictions).toEqual(model.predict(x));
  expect(seen).toEqual([64, 128, 192, 256, 288, 296, 300]);
});

test('predictAsync lets others run, and stops where it is told to', async () => {
  const model = stripesNetwork();
  const many = new Tensor(new Float32Array(40_000 * 36), [40_000, 6, 6, 1]);
  const controller = new AbortController();
  const reason = new Error('enough');
  setTimeout(() => {
    controller.abort(reason);
  }, 0);
  let last = 0;
  const predicting = model.predictAsync(many, {
    batchSize: 1,
    signal: controller.signal,
    onProgress: (done) => (last = done),
  });
  await expect(predicting).rejects.toBe(reason);
  expect(last).toBeLessThan(40_000);
  await expect(model.predictAsync(x, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});

test('evaluate gives the confusion matrix that predictions have', async () => {
  const model = stripesNetwork({ rate: 0.2 });
  await model.fit(x, labels, { epochs: 2 });
  const result = await model.evaluate(x, labels, { confusionMatrix: true });
  expect(result.evaluation).toEqual(await model.evaluate(x, labels));
  expect(result.confusionMatrix).toEqual(confusionMatrix(labels, model.predict(x)));
  expect(result.confusionMatrix.accuracy).toBe(result.evaluation['accuracy']);
  expect(result.confusionMatrix.total).toBe(300);
});

test('numbers have no confusion matrix', async () => {
  const model = sequential({ inputShape: [6, 6, 1], layers: [flatten(), dense({ units: 1 })] });
  model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
  const evaluating = model.evaluate(x, [...labels], { confusionMatrix: true });
  await expect(evaluating).rejects.toThrow('expected a loss that tells classes apart');
});
