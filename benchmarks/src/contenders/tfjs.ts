/**
 * TensorFlow.js on its wasm backend: SIMD and, in Node, one thread, which is what it starts there.
 * Training needs a kernel that the backend lacks; `tfjs-filter-gradient.ts` adds it.
 */
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { shuffledBatches, normalize } from '../mnist.ts';
import { callImages, CLASSES, IMAGE_SIZE, training } from '../workload.ts';
import { runProgram, type TrainImages } from './program.ts';
import { registerFilterGradient } from './tfjs-filter-gradient.ts';

interface Network {
  readonly logits: (images: tf.Tensor4D) => tf.Tensor2D;
}

function weights(shape: number[], fanIn: number): tf.Variable {
  return tf.variable(tf.randomNormal(shape, 0, Math.sqrt(2 / fanIn)));
}

/** A convolution with bias and ReLU in one kernel. */
function convolution(channels: number, filters: number): (images: tf.Tensor4D) => tf.Tensor4D {
  const filter = weights([3, 3, channels, filters], 9 * channels) as tf.Variable<tf.Rank.R4>;
  const bias = tf.variable(tf.zeros([filters]));
  return (x) => tf.fused.conv2d({ x, filter, strides: 1, pad: 'valid', bias, activation: 'relu' });
}

function classifier(features: number): (images: tf.Tensor4D) => tf.Tensor2D {
  const b = weights([features, CLASSES], features) as tf.Variable<tf.Rank.R2>;
  const bias = tf.variable(tf.zeros([CLASSES]));
  return (x) =>
    tf.fused.matMul({ a: tf.reshape(x, [-1, features]) as tf.Tensor2D, b, bias }) as tf.Tensor2D;
}

function oneConvolution(): Network {
  const first = convolution(1, 16);
  const last = classifier(26 * 26 * 16);
  return { logits: (images) => last(first(images)) };
}

function twoConvolutions(): Network {
  const first = convolution(1, 32);
  const second = convolution(32, 64);
  const last = classifier(5 * 5 * 64);
  const pool = (x: tf.Tensor4D) => tf.maxPool(x, 2, 2, 'valid');
  return { logits: (images) => last(pool(second(pool(first(images))))) };
}

async function start(): Promise<void> {
  await tf.setBackend('wasm');
  await tf.ready();
  registerFilterGradient((name, backend) => tf.getKernel(name, backend));
}

await runProgram({
  trainer: async ({ workload, mnist }) => {
    await start();
    const inputs = normalize(mnist.pixels);
    const { batchSize, learningRate } = training[workload];
    const network = workload === 'W1' ? oneConvolution() : twoConvolutions();
    const optimizer = workload === 'W1' ? tf.train.sgd(learningRate) : tf.train.adam(learningRate);
    const train: TrainImages = (images) => {
      let loss = 0;
      for (const batch of shuffledBatches(inputs, mnist.labels, images, batchSize)) {
        tf.tidy(() => {
          const { count } = batch;
          const x = tf.tensor4d(batch.batchInputs, [count, IMAGE_SIZE, IMAGE_SIZE, 1]);
          const labels = tf.tensor2d(batch.oneHot, [count, CLASSES]);
          const batchLoss = optimizer.minimize(
            () => tf.losses.softmaxCrossEntropy(labels, network.logits(x)),
            true,
          )!;
          loss += batchLoss.dataSync()[0]! * count;
        });
      }
      return Promise.resolve(loss / images);
    };
    return train;
  },
  predictor: async (workload) => {
    await start();
    const network = twoConvolutions();
    const count = callImages[workload];
    return (images) =>
      tf.tidy(() =>
        tf
          .softmax(network.logits(tf.tensor4d(images, [count, IMAGE_SIZE, IMAGE_SIZE, 1])))
          .dataSync(),
      );
  },
});
