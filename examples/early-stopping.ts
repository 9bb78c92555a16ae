/** Trains until it no longer helps, at a falling learning rate, and survives interruptions. */
import {
  adam,
  createPreset,
  earlyStopping,
  learningRateScheduler,
  terminateOnNaN,
} from '@convnet/convnet';
import { backupAndRestore, csvLogger, modelCheckpoint } from '@convnet/convnet/node';
import { loadImages } from '@convnet/mnist-io/node';

const digits = (await loadImages({ dataset: 'auto', seed: 1 })).train.take(12_000);
const [training, validation] = digits.split(5 / 6, { seed: 1 });

const model = createPreset('lenet5', { seed: 1 });
model.compile({
  optimizer: adam({ learningRate: 0.003 }),
  loss: 'sparseCategoricalCrossentropy',
  metrics: ['accuracy'],
});
const early = earlyStopping({ monitor: 'valLoss', patience: 2, restoreBestWeights: true });
const { epoch } = await model.fit(training.images, training.labels, {
  epochs: 12,
  batchSize: 64,
  validationData: [validation.images, validation.labels],
  callbacks: [
    terminateOnNaN(),
    // Stop this program with Ctrl-C and start it again: it goes on where it was.
    backupAndRestore({ backupDir: 'backup' }),
    learningRateScheduler((number, rate) => (number === 0 ? rate : rate * 0.7)),
    early,
    modelCheckpoint({ filepath: 'best.safetensors', monitor: 'valLoss', saveBestOnly: true }),
    csvLogger('metrics.csv'),
    { onEpochEnd: (number, logs) => console.log(`epoch ${number + 1}`, logs) },
  ],
});
console.log(`${epoch.length} epochs; the weights are those of epoch ${early.bestEpoch + 1}`);
console.log('validation', await model.evaluate(validation.images, validation.labels));
