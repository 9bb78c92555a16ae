/**
 * This library, on the rung and with the threads that the command line names
 * (`--backend relaxed --threads 2`). Images stay bytes until a batch is made.
 */
import { setFlagsFromString } from 'node:v8';
import {
  adam,
  conv2d,
  createKernels,
  createPreset,
  dense,
  flatten,
  maxPooling2d,
  relu,
  sequential,
  sgd,
  softmax,
  Tensor,
  type Backend,
  type Kernels,
} from '@convnet/convnet';
import { ImageSamples } from '@convnet/mnist-io';
import { callImages, CLASSES, IMAGE_SIZE, training } from '../workload.ts';
import { runProgram, type Flags } from './program.ts';

const SEED = 1;
/** Node has relaxed SIMD without a flag from this version on. */
const NODE_WITH_RELAXED_SIMD = 22;

function isBackend(text: string): text is Backend {
  return ['auto', 'relaxed', 'simd', 'reference'].includes(text);
}

function kernelsFor({ backend, threads }: Flags): Kernels {
  if (!isBackend(backend)) throw new Error(`expected a backend; received ${backend}.`);
  if (backend === 'relaxed' && Number.parseInt(process.versions.node) < NODE_WITH_RELAXED_SIMD) {
    setFlagsFromString('--experimental-wasm-relaxed-simd');
  }
  return createKernels(backend, { threads });
}

function twoConvolutions(kernels: Kernels) {
  return sequential({
    inputShape: [IMAGE_SIZE, IMAGE_SIZE, 1],
    seed: SEED,
    kernels,
    layers: [
      conv2d({ filters: 32, kernelSize: 3 }),
      relu(),
      maxPooling2d(),
      conv2d({ filters: 64, kernelSize: 3 }),
      relu(),
      maxPooling2d(),
      flatten(),
      dense({ units: CLASSES }),
      softmax(),
    ],
  });
}

await runProgram({
  trainer: ({ workload, mnist }, flags) => {
    const kernels = kernelsFor(flags);
    const { batchSize, learningRate } = training[workload];
    const model =
      workload === 'W1'
        ? createPreset('simple', { seed: SEED, kernels })
        : twoConvolutions(kernels);
    const optimizer = workload === 'W1' ? sgd({ learningRate }) : adam({ learningRate });
    model.compile({ optimizer, loss: 'sparseCategoricalCrossentropy' });
    const all = new ImageSamples({ pixels: mnist.pixels, height: IMAGE_SIZE, width: IMAGE_SIZE });
    return Promise.resolve(async (images) => {
      const { history } = await model.fit(all.slice(0, images), mnist.labels.subarray(0, images), {
        batchSize,
      });
      return history.loss[0]!;
    });
  },
  predictor: (workload, flags) => {
    const model = twoConvolutions(kernelsFor(flags));
    const batchSize = callImages[workload];
    const shape = [batchSize, IMAGE_SIZE, IMAGE_SIZE, 1];
    return Promise.resolve(
      (images) => model.predict(new Tensor(images, shape), { batchSize }).data,
    );
  },
});
