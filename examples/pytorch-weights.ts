/**
 * Takes home what PyTorch has learned, and teaches it something else. In Python:
 *
 *     from safetensors.torch import save_file
 *     net = nn.Sequential(nn.Conv2d(1, 6, 5, padding="same"), nn.ReLU(), nn.MaxPool2d(2),
 *                         nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
 *                         nn.Flatten(), nn.Linear(400, 10))
 *     …                                         # train it
 *     save_file(net.state_dict(), "from-pytorch.safetensors")
 */
import { readFile } from 'node:fs/promises';
import {
  adam,
  conv2d,
  dense,
  flatten,
  loadWeights,
  maxPooling2d,
  relu,
  sequential,
  softmax,
} from '@convnet/convnet';
import { loadImages } from '@convnet/mnist-io/node';

const model = sequential({
  inputShape: [28, 28, 1],
  layers: [
    conv2d({ filters: 6, kernelSize: 5, padding: 'same' }),
    relu(),
    maxPooling2d(),
    conv2d({ filters: 16, kernelSize: 5 }),
    relu(),
    maxPooling2d(),
    flatten(),
    dense({ units: 2 }),
    softmax(),
  ],
});

// nn.Sequential calls its modules 0, 1, 2, …; the last layer is a new one.
const names = new Map(Object.entries({ 0: 'conv1', 3: 'conv2' }));
const filled = loadWeights(model, await readFile('from-pytorch.safetensors'), {
  allowMissing: true,
  rename(name) {
    const [module, tensor] = name.split('.');
    return names.has(module!) ? `${names.get(module!)!}.${tensor!}` : undefined;
  },
});
console.log('from PyTorch:', filled.join(', '));

// Something else: is the digit even?
const { train, test } = await loadImages({ dataset: 'auto', seed: 1 });
const isEven = (labels: Uint8Array): Uint8Array => labels.map((label) => 1 - (label % 2));
model.getLayer('conv1').trainable = false; // edges are edges, whatever is asked of them
const loss = 'sparseCategoricalCrossentropy';
model.compile({ optimizer: adam(), loss, metrics: ['accuracy'] });
await model.fit(train.images, isEven(train.labels), { epochs: 1, batchSize: 64 });
console.log('even or odd', await model.evaluate(test.images, isEven(test.labels)));
