/**
 * A residual network (He et al. 2016) of 20 layers with weights, and batch normalisation. With
 * `EPOCHS=6` it reads 99.56 % of the test images of MNIST.
 */
import {
  adam,
  batchNormalization,
  conv2d,
  cosineDecay,
  dense,
  functional,
  globalAveragePooling2d,
  layers,
  relu,
  softmax,
  type SymbolicTensor,
} from '@convnet/convnet';
import { loadImages } from '@convnet/mnist-io/node';

const { EPOCHS = '3', LIMIT = '60000' } = process.env;
const BATCH_SIZE = 64;

/** Convolution, normalisation, and if asked for ReLU. */
function convolution(x: SymbolicTensor, filters: number, strides: number, activate: boolean) {
  const options = { filters, kernelSize: 3, strides, padding: 'same', useBias: false } as const;
  const y = batchNormalization({ momentum: 0.9 }).apply(conv2d(options).apply(x));
  return activate ? relu().apply(y) : y;
}

/** Two convolutions, and a way around them. */
function block(x: SymbolicTensor, filters: number, strides: number): SymbolicTensor {
  const y = convolution(convolution(x, filters, strides, true), filters, 1, false);
  const around =
    strides === 1 ? x : conv2d({ filters, kernelSize: 1, strides, useBias: false }).apply(x);
  return relu().apply(layers.add().apply([y, around]));
}

const x = layers.input({ shape: [28, 28, 1] });
let y = convolution(x, 16, 1, true);
for (const [filters, strides] of [
  [16, 1],
  [32, 2],
  [64, 2],
] as const) {
  y = block(block(block(y, filters, strides), filters, 1), filters, 1);
}
y = softmax().apply(dense({ units: 10 }).apply(globalAveragePooling2d().apply(y)));
const network = functional({ inputs: x, outputs: y, seed: 1 });
const digits = await loadImages({ dataset: 'auto', seed: 1 });
const [train, test] = [digits.train.take(Number(LIMIT)), digits.test.take(Number(LIMIT))];
const decaySteps = Number(EPOCHS) * Math.ceil(train.size / BATCH_SIZE);
const learningRate = cosineDecay({ learningRate: 0.003, decaySteps });
const loss = 'sparseCategoricalCrossentropy';
network.compile({ optimizer: adam({ learningRate }), loss, metrics: ['accuracy'] });
await network.fit(train.images, train.labels, {
  epochs: Number(EPOCHS),
  batchSize: BATCH_SIZE,
  callbacks: [{ onEpochEnd: (epoch, logs) => console.log(`epoch ${epoch + 1}`, logs) }],
});
console.log('test', await network.evaluate(test.images, test.labels));
