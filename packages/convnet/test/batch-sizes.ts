/** Trains on batches of 1,000 different sizes and prints how much memory that took, in bytes. */
import { conv2d, dense, flatten, relu, sequential, softmax, Tensor } from '../src/index.ts';

const SIZES = 1000;

const model = sequential({
  inputShape: [8, 8, 1],
  layers: [
    conv2d({ filters: 8, kernelSize: 3 }),
    relu(),
    flatten(),
    dense({ units: 4 }),
    softmax(),
  ],
});
model.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' });
const x = Tensor.zeros([SIZES, 8, 8, 1]);
const labels = new Uint8Array(SIZES);
model.trainOnBatch(x, labels);
const before = process.memoryUsage().rss;
for (let size = 1; size <= SIZES; size++) {
  model.trainOnBatch(x.rows(0, size), labels.subarray(0, size));
}
process.stdout.write(String(process.memoryUsage().rss - before));
