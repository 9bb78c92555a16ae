/** Checks the layer's gradients, trains a network with it, saves the network and loads it again. */
import { dense, flatten, relu, sequential, softmax } from '@convnet/convnet';
import { loadModel, saveModel } from '@convnet/convnet/node';
import { checkLayerGradients } from '@convnet/convnet/testing';
import { generateDigits } from '@convnet/mnist-io';
import { LowRankDense } from './low-rank-dense.ts';

const { failures } = checkLayerGradients({
  layer: new LowRankDense({ units: 4, rank: 2 }),
  inputShape: [6],
});
if (failures.length > 0) throw new Error(failures.join('\n'));

const digits = generateDigits({ count: 1000, seed: 1, split: 'train' });
const model = sequential({
  inputShape: [28, 28, 1],
  layers: [
    flatten(),
    new LowRankDense({ units: 64, rank: 16 }),
    relu(),
    dense({ units: 10 }),
    softmax(),
  ],
  seed: 1,
});
model.summary();
model.compile({
  optimizer: 'adam',
  loss: 'sparseCategoricalCrossentropy',
  metrics: ['accuracy'],
});
const { history } = await model.fit(digits.images, digits.labels, { epochs: 10 });
console.log(`accuracy ${history['accuracy']!.at(-1)!.toFixed(2)}`);

await saveModel(model, 'low-rank.safetensors');
const loaded = await loadModel('low-rank.safetensors', { layers: [LowRankDense] });
const [before, after] = [model, loaded].map((each) => each.predict(digits.images).data);
console.log(after!.every((value, i) => value === before![i]) ? 'loaded the same' : 'differs');
