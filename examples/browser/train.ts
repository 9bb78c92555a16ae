/** Trains in the page, on digits that it draws itself, and reads twenty it has not seen. */
import { adam, createPreset } from '@convnet/convnet';
import { generateDigits, type ImageDataset } from '@convnet/mnist-io';

const element = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** Shows the first digits of a set side by side. */
function show(digits: ImageDataset, count: number): void {
  const context = element<HTMLCanvasElement>('digits').getContext('2d')!;
  for (let n = 0; n < count; n++) {
    const image = context.createImageData(28, 28);
    const pixels = digits.images.pixels.subarray(784 * n, 784 * (n + 1));
    for (const [i, ink] of pixels.entries()) {
      image.data.set([255 - ink, 255 - ink, 255 - ink, 255], 4 * i);
    }
    context.putImageData(image, 28 * n, 0);
  }
}

const train = generateDigits({ count: 10_000, seed: 1, split: 'train' });
const test = generateDigits({ count: 1000, seed: 1, split: 'test' });
show(test, 20);

const model = createPreset('lenet5', { seed: 1 });
model.compile({
  optimizer: adam({ learningRate: 0.003 }),
  loss: 'sparseCategoricalCrossentropy',
  metrics: ['accuracy'],
});
await model.fit(train.images, train.labels, {
  epochs: 5,
  batchSize: 32,
  callbacks: [
    {
      onBatchEnd(_batch, { accuracy, samplesSeen, samplesPerEpoch }) {
        const share = percent(samplesSeen / samplesPerEpoch);
        element('progress').textContent = `${share} of an epoch, accuracy ${percent(accuracy)}`;
      },
    },
  ],
});
const { accuracy } = await model.evaluate(test.images, test.labels);
element('progress').textContent = `Learned: reads ${percent(accuracy)} of 1,000 new digits.`;

const scores = model.predict(test.take(20).images).data;
const answers = Array.from({ length: 20 }, (_, n) => {
  const row = Array.from(scores.subarray(10 * n, 10 * n + 10));
  return row.indexOf(Math.max(...row));
});
element('answers').textContent = answers.join(' ');
