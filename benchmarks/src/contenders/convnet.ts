/**
 * This library, on the rung and with the threads that the command line names
 * (`--backend relaxed --threads 2`). Images stay bytes until a batch is made.
 */
import { adam, createPreset, sgd, Tensor } from '@convnet/convnet';
import { ImageSamples } from '@convnet/mnist-io';
import { callImages, IMAGE_SIZE, training } from '../workload.ts';
import { runProgram } from './program.ts';
import { kernelsFor, twoConvolutions } from './two-convolutions.ts';

const SEED = 1;

await runProgram({
  trainer: ({ workload, mnist }, flags) => {
    const kernels = kernelsFor(flags);
    const { batchSize, learningRate } = training[workload];
    const model =
      workload === 'W1'
        ? createPreset('simple', { seed: SEED, kernels })
        : twoConvolutions({ seed: SEED, kernels });
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
    const model = twoConvolutions({ seed: SEED, kernels: kernelsFor(flags) });
    const batchSize = callImages[workload];
    const shape = [batchSize, IMAGE_SIZE, IMAGE_SIZE, 1];
    return Promise.resolve(
      (images) => model.predict(new Tensor(images, shape), { batchSize }).data,
    );
  },
});
