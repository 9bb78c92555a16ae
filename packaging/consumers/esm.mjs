import {
  conv2d,
  decodeModel,
  dense,
  encodeModel,
  flatten,
  layers,
  relu,
  sequential,
  softmax,
} from '@convnet/convnet';
import * as inference from '@convnet/convnet/inference';
import * as anyInference from '@convnet/convnet/inference/all';
import { loadModel, saveModel } from '@convnet/convnet/node';
import { encodeOnnx } from '@convnet/convnet/onnx';
import { checkModelGradients } from '@convnet/convnet/testing';
import { generateDigits } from '@convnet/mnist-io';
import { loadImages } from '@convnet/mnist-io/node';
import { Tensor } from '@convnet/tensor';
import { userFolder } from '@convnet/tensor/node';

const { images, labels, classNames } = generateDigits({ count: 200, seed: 1, split: 'train' });
const model = sequential({
  inputShape: [28, 28, 1],
  layers: [
    conv2d({ filters: 4, kernelSize: 3 }),
    relu(),
    flatten(),
    dense({ units: 10 }),
    softmax(),
  ],
});
model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
await model.fit(images, labels, { batchSize: 32 });
await saveModel(model, 'model.safetensors');
const loaded = await loadModel('model.safetensors');
const again = decodeModel(encodeModel(model));
const small = await inference.decodeModelAsync(encodeModel(model));
const whole = anyInference.decodeModel(encodeModel(model));
// A network that the small entry loads the rest for.
const tanh = sequential({ inputShape: [28, 28, 1], layers: [flatten(), layers.tanh()] });
const other = await inference.decodeModelAsync(encodeModel(tanh));
if (String(other.predict(images).data) !== String(tanh.predict(images).data)) throw new Error();
const expected = String(model.predict(images).data);
const same = [loaded, again, small, whole].every(
  (other) => String(other.predict(images).data) === expected,
);
if (typeof loadImages !== 'function' || typeof checkModelGradients !== 'function')
  throw new Error();
if (!userFolder('state').includes('convnet')) throw new Error('a folder of something else');
if (encodeOnnx(model).length === 0) throw new Error('an empty ONNX model');
if (!(model.predict(images) instanceof Tensor)) throw new Error('two copies of tensor');
console.log(JSON.stringify({ same, classes: classNames.length, backend: model.kernels.name }));
