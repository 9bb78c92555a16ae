/**
 * Trains the network that tells digits from other ink, and saves it beside this file:
 *
 *     CONVNET_DATA_DIR=… node --conditions=@convnet/source --import tsx packages/cli/models/train-digit-detector.ts
 *
 * It learns from MNIST's training images and from ink that is no digit (outlier exposure: D.
 * Hendrycks, M. Mazeika and T. Dietterich, "Deep Anomaly Detection with Outlier Exposure", 2019):
 * letters and scribbles drawn by a pen, digits turned over, cut and put together. Both kinds are
 * prepared by the same code, so that nothing but their shapes tells them apart.
 */
import { fileURLToPath } from 'node:url';
import { conv2d, dense, dropout, flatten, maxPooling2d, RandomStreams, relu, sequential, softmax } from '@convnet/convnet'; // prettier-ignore
import { saveModel } from '@convnet/convnet/node';
import { generateDigits, imageToDigit, ImageSamples, MNIST_NORMALIZATION } from '@convnet/mnist-io';
import { loadMnist } from '@convnet/mnist-io/node';
import { drawOutlier } from './outlier-strokes.ts';

const SEED = 1;
const SCALE = 3;
const EPOCHS = 5;

const streams = new RandomStreams(SEED);
type Random = ReturnType<RandomStreams['stream']>;

const { train } = await loadMnist(process.env['CONVNET_DATA_DIR']!);
const { pixels } = train.images;
const digitAt = (index: number): Uint8Array => pixels.subarray(index * 784, index * 784 + 784);

/** The image framed anew, from an enlarged drawing that may be black and white. */
function reframed(ink: Uint8Array, size: number, random: Random): Uint8Array | undefined {
  const scale = size === 28 ? SCALE : 1;
  const side = size * scale + 16;
  const data = new Uint8Array(side * side);
  const isSharp = random.integer(3) === 0;
  const level = random.uniform(60, 170);
  for (let y = 0; y < size * scale; y++) {
    for (let x = 0; x < size * scale; x++) {
      const [u, v] = [Math.max((x + 0.5) / scale - 0.5, 0), Math.max((y + 0.5) / scale - 0.5, 0)];
      const [left, top] = [Math.floor(u), Math.floor(v)];
      const [right, bottom] = [Math.min(left + 1, size - 1), Math.min(top + 1, size - 1)];
      const across = (line: number): number =>
        ink[line * size + left]! * (1 - u + left) + ink[line * size + right]! * (u - left);
      const value = across(top) * (1 - v + top) + across(bottom) * (v - top);
      data[(y + 8) * side + x + 8] = isSharp ? (value > level ? 255 : 0) : value;
    }
  }
  try {
    const page = { width: side, height: side, channels: 1, data } as const;
    return imageToDigit(page, { joinPieces: true }).pixels;
  } catch {
    return undefined;
  }
}

const mapped = (from: Uint8Array, place: (x: number, y: number) => number): Uint8Array =>
  Uint8Array.from({ length: 784 }, (_, i) => from[place(i % 28, Math.floor(i / 28))] ?? 0);

/** A digit turned over, cut, or put together with another one. */
function spoiled(random: Random): Uint8Array {
  for (;;) {
    const index = random.integer(train.size);
    const [one, other] = [digitAt(index), digitAt(random.integer(train.size))];
    const label = train.labels[index]!;
    switch (random.integer(5)) {
      case 0: // mirrored
        if ([0, 1, 8].includes(label)) continue;
        return mapped(one, (x, y) => y * 28 + 27 - x);
      case 1: // a quarter turn
        if ([0, 1, 8].includes(label)) continue;
        return mapped(one, (x, y) => (27 - x) * 28 + y);
      case 2: // two side by side
        return Uint8Array.from({ length: 784 }, (_, i) => {
          const [x, y] = [i % 28, Math.floor(i / 28)];
          const column = (x % 14) * 2;
          const source = x < 14 ? one : other;
          return Math.max(source[y * 28 + column]!, source[y * 28 + column + 1]!);
        });
      case 3: // one over another
        if (label === train.labels[index + 1]) continue;
        return one.map((value, i) => Math.max(value, other[i]!));
      default: // with a stroke through it
        return one.map((value, i) => {
          const [x, y] = [i % 28, Math.floor(i / 28)];
          return Math.max(value, Math.abs(x - y) < 2 || Math.abs(x + y - 27) < 2 ? 255 : 0);
        });
    }
  }
}

function collect(count: number, make: (i: number) => Uint8Array | undefined): Uint8Array[] {
  const made: Uint8Array[] = [];
  for (let i = 0; made.length < count; i++) {
    const image = make(i);
    if (image) made.push(image);
  }
  return made;
}

const random = streams.stream('outliers');
const enlarged = streams.stream('enlarged');
const drawn = generateDigits({ count: 5_000, seed: SEED, split: 'train' }).images.pixels;
const digits = [
  ...collect(12_000, digitAt),
  ...collect(8_000, (i) => reframed(digitAt(12_000 + i), 28, enlarged)),
  ...collect(5_000, (i) => drawn.subarray(i * 784, i * 784 + 784)),
];
const outliers = [
  ...collect(11_000, () => {
    const { ink, size } = drawOutlier(random);
    return reframed(ink, size, random);
  }),
  ...collect(6_000, () => reframed(spoiled(random), 28, random)),
];
const all = [...digits, ...outliers];
const bytes = new Uint8Array(all.length * 784);
for (const [i, image] of all.entries()) bytes.set(image, i * 784);
const labels = Uint8Array.from(all, (_, i) => (i < digits.length ? 1 : 0));
const samples = new ImageSamples({ pixels: bytes, height: 28, width: 28 });

const model = sequential({
  name: 'digit-detector',
  inputShape: [28, 28, 1],
  seed: SEED,
  layers: [
    conv2d({ filters: 16, kernelSize: 3 }),
    relu(),
    maxPooling2d({ poolSize: 2 }),
    conv2d({ filters: 32, kernelSize: 3 }),
    relu(),
    maxPooling2d({ poolSize: 2 }),
    conv2d({ filters: 32, kernelSize: 3 }),
    relu(),
    flatten(),
    dropout({ rate: 0.3 }),
    dense({ units: 2 }),
    softmax(),
  ],
});
model.compile({
  optimizer: 'adam',
  loss: 'sparseCategoricalCrossentropy',
  metrics: ['accuracy'],
});
const { history } = await model.fit(samples, labels, {
  epochs: EPOCHS,
  batchSize: 64,
  validationSplit: 0.05,
});
console.log(history);
model.info = { classNames: ['other ink', 'digit'], preprocessing: MNIST_NORMALIZATION };
await saveModel(model, fileURLToPath(new URL('digit-detector.safetensors', import.meta.url)));
