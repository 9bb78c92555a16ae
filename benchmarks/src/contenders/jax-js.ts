/**
 * jax-js on its wasm backend: one `jit` function for a training step, one for inference. Images are
 * [N, 1, H, W], kernels [K, C, R, S]. Every function takes its arguments over; `.ref` keeps one.
 */
import {
  defaultDevice,
  init,
  jit,
  lax,
  nn,
  numpy as np,
  random,
  tree,
  valueAndGrad,
  type Array as JaxArray,
} from '@jax-js/jax';
import { normalize, shuffledBatches } from '../mnist.ts';
import { callImages, CLASSES, IMAGE_SIZE, training } from '../workload.ts';
import { runProgram, type TrainImages } from './program.ts';

/** Kernels and biases of the convolutions, then weights and bias of the dense layer. */
type Weights = JaxArray[];
/** Means of gradients, means of their squares, and the steps taken. */
// eslint-disable-next-line @typescript-eslint/consistent-type-definitions -- jit takes no interface
type AdamState = { means: Weights; squares: Weights; step: JaxArray };

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

let nextSeed = 1;
function normal(shape: number[], fanIn: number): JaxArray {
  return random.normal(random.key(nextSeed++), shape).mul(Math.sqrt(2 / fanIn));
}

/** New weights for convolutions 3×3 with these numbers of filters and a dense layer. */
function newWeights(filters: readonly number[], features: number): Weights {
  const convolutions = filters.flatMap((count, i) => {
    const channels = filters[i - 1] ?? 1;
    return [normal([count, channels, 3, 3], 9 * channels), np.zeros([count, 1, 1])];
  });
  return [...convolutions, normal([features, CLASSES], features), np.zeros([CLASSES])];
}

/** Logits [N, 10]; `pooled` networks have a maximum over 2×2 after each convolution. */
function logits(weights: Weights, images: JaxArray, pooled: boolean): JaxArray {
  let x = images;
  for (let i = 0; i + 2 < weights.length; i += 2) {
    x = nn.relu(lax.conv(x, weights[i]!, [1, 1], 'VALID').add(weights[i + 1]!));
    if (pooled) x = lax.reduceWindow(x, (window) => np.max(window), [2, 2], [2, 2]);
  }
  const count = x.shape[0]!;
  return np.matmul(x.reshape([count, -1]), weights.at(-2)!).add(weights.at(-1)!);
}

function lossAndGradient(weights: Weights, images: JaxArray, labels: JaxArray, pooled: boolean) {
  return valueAndGrad((variables: Weights) => {
    const scores = nn.logSoftmax(logits(variables, images, pooled), -1);
    return scores.mul(labels).sum(-1).mean().mul(-1);
  })(weights);
}

const sgdStep = jit((weights: Weights, images: JaxArray, labels: JaxArray) => {
  const [loss, gradients] = lossAndGradient(
    weights.map((w) => w.ref),
    images,
    labels,
    false,
  );
  const { learningRate } = training.W1;
  return [loss, ...weights.map((w, i) => w.sub(gradients[i]!.mul(learningRate)))];
});

const adamStep = jit((weights: Weights, state: AdamState, images: JaxArray, labels: JaxArray) => {
  const [loss, gradients] = lossAndGradient(
    weights.map((w) => w.ref),
    images,
    labels,
    true,
  );
  const step = state.step.add(1);
  const means = state.means.map((m, i) => m.mul(BETA1).add(gradients[i]!.ref.mul(1 - BETA1)));
  const squares = state.squares.map((v, i) =>
    v.mul(BETA2).add(np.square(gradients[i]!).mul(1 - BETA2)),
  );
  const meanShare = np.power(BETA1, step.ref).mul(-1).add(1);
  const squareShare = np.power(BETA2, step.ref).mul(-1).add(1);
  const updated = weights.map((w, i) => {
    const mean = means[i]!.ref.div(meanShare.ref);
    const deviation = np.sqrt(squares[i]!.ref.div(squareShare.ref)).add(EPSILON);
    return w.sub(mean.div(deviation).mul(training.W2.learningRate));
  });
  meanShare.dispose();
  squareShare.dispose();
  return { loss, weights: updated, state: { means, squares, step } };
});

const probabilities = jit((weights: Weights, images: JaxArray) =>
  nn.softmax(logits(weights, images, true), -1),
);

async function start(): Promise<void> {
  await init('wasm');
  defaultDevice('wasm');
}

function imageArray(images: Float32Array, count: number): JaxArray {
  return np.array(images as Float32Array<ArrayBuffer>).reshape([count, 1, IMAGE_SIZE, IMAGE_SIZE]);
}

await runProgram({
  trainer: async ({ workload, mnist }) => {
    await start();
    const inputs = normalize(mnist.pixels);
    let weights = workload === 'W1' ? newWeights([16], 26 * 26 * 16) : newWeights([32, 64], 1600);
    let state: AdamState = {
      means: weights.map((w) => np.zeros(w.shape)),
      squares: weights.map((w) => np.zeros(w.shape)),
      step: np.array(0),
    };
    const { batchSize } = training[workload];
    const train: TrainImages = async (images) => {
      let loss = 0;
      for (const batch of shuffledBatches(inputs, mnist.labels, images, batchSize)) {
        const x = imageArray(batch.batchInputs.slice(), batch.count);
        const labels = np
          .array(batch.oneHot.slice() as Float32Array<ArrayBuffer>)
          .reshape([batch.count, CLASSES]);
        let batchLoss: JaxArray;
        if (workload === 'W1') {
          [batchLoss, ...weights] = sgdStep(weights, x, labels) as [JaxArray, ...Weights];
        } else {
          ({ loss: batchLoss, weights, state } = adamStep(weights, state, x, labels));
        }
        loss += (await batchLoss.data())[0]! * batch.count;
      }
      return loss / images;
    };
    return train;
  },
  predictor: async (workload) => {
    await start();
    const weights = newWeights([32, 64], 1600);
    const count = callImages[workload];
    return async (images) =>
      (await probabilities(tree.ref(weights), imageArray(images, count)).data()) as Float32Array;
  },
});
