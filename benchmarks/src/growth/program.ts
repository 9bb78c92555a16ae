/**
 * This library at one point of growth, which the command line names. It answers each line of its
 * input, a number of steps, by a line of JSON: the seconds they took, their mean loss, and the most
 * memory the process has held so far.
 */
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { adam, type SampleSource } from '@convnet/convnet';
import { ImageSamples } from '@convnet/mnist-io';
import { maxRssMegabytes } from '../contenders/program.ts';
import { kernelsFor, twoConvolutions } from '../contenders/two-convolutions.ts';
import { CLASSES } from '../workload.ts';

const SEED = 1;

const { values } = parseArgs({
  options: {
    batch: { type: 'string', default: '128' },
    channels: { type: 'string', default: '32' },
    side: { type: 'string', default: '28' },
    threads: { type: 'string', default: '1' },
    images: { type: 'string', default: '1024' },
    'learning-rate': { type: 'string', default: '0.001' },
    backend: { type: 'string', default: 'relaxed' },
  },
});
const batchSize = Number(values.batch);
const channels = Number(values.channels);
const side = Number(values.side);
const heldImages = Number(values.images);

/** Images of which about half of the pixels are background, which is 0. */
function randomImages(): ImageSamples {
  const pixels = Uint8Array.from({ length: heldImages * side * side }, () =>
    Math.max(0, Math.floor(Math.random() * 512) - 256),
  );
  return new ImageSamples({ pixels, height: side, width: side });
}

/** `count` images: the held ones, which come again. */
function repeated(images: ImageSamples, count: number): SampleSource {
  const heldIndices = (indices: Uint32Array) => indices.map((index) => index % heldImages);
  return {
    sampleCount: count,
    sampleShape: images.sampleShape,
    readSamples: (indices, into) => {
      images.readSamples(heldIndices(indices), into);
    },
    bytes: {
      valueOfByte: images.bytes.valueOfByte,
      readBytes: (indices, into) => {
        images.bytes.readBytes(heldIndices(indices), into);
      },
    },
  };
}

function say(fields: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify(fields)}\n`);
}

const held = randomImages();
const labels = Uint8Array.from({ length: heldImages }, () => Math.floor(Math.random() * CLASSES));
const model = twoConvolutions({
  seed: SEED,
  kernels: kernelsFor({ backend: values.backend, threads: Number(values.threads) }),
  filters: [channels, 2 * channels],
  side,
});
model.compile({
  optimizer: adam({ learningRate: Number(values['learning-rate']) }),
  loss: 'sparseCategoricalCrossentropy',
});

say({});
for await (const line of createInterface({ input: process.stdin })) {
  const images = Number(line) * batchSize;
  const samples = repeated(held, images);
  const targets = Uint8Array.from({ length: images }, (_, i) => labels[i % heldImages]!);
  const start = performance.now();
  const { history } = await model.fit(samples, targets, { batchSize });
  const seconds = (performance.now() - start) / 1000;
  say({ seconds, loss: history.loss[0], maxRssMegabytes: maxRssMegabytes() });
}
process.exit(0);
