/** Trains a small network on handwritten digits, tests it, saves it, and reads one digit with it. */
import { createPreset, sgd } from '@convnet/convnet';
import { loadModel, saveModel } from '@convnet/convnet/node';
import { loadImages } from '@convnet/mnist-io/node';

// Real MNIST where it is on this machine or can be downloaded, else generated digits.
const { train, test, origin } = await loadImages({ dataset: 'auto', seed: 1 });
console.log(origin.explanation);

const model = createPreset('simple', { seed: 1 });
model.summary();
model.compile({
  optimizer: sgd({ learningRate: 0.1 }),
  loss: 'sparseCategoricalCrossentropy',
  metrics: ['accuracy'],
});
await model.fit(train.images, train.labels, {
  epochs: 2,
  batchSize: 32,
  callbacks: [{ onEpochEnd: (epoch, logs) => console.log(`epoch ${epoch + 1}`, logs) }],
});
console.log('test', await model.evaluate(test.images, test.labels));

model.info = { classNames: train.classNames, preprocessing: train.images.normalization };
await saveModel(model, 'digits.safetensors');

const loaded = await loadModel('digits.safetensors');
const first = test.take(1);
const probabilities = Array.from(loaded.predict(first.images).data);
const guess = probabilities.indexOf(Math.max(...probabilities));
console.log(`the first test digit is a ${first.labels[0]}; read as a ${guess}`);
