/** Trains until it no longer helps, at a falling learning rate, and survives interruptions. */
import {
  adam,
  createPreset,
  EarlyStopping,
  LearningRateScheduler,
  TerminateOnNaN,
} from '@convnet/convnet';
import { BackupAndRestore, CSVLogger, ModelCheckpoint } from '@convnet/convnet/node';
import { loadImages } from '@convnet/mnist-io/node';

const digits = (await loadImages({ dataset: 'auto', seed: 1 })).train.take(12_000);
const [training, validation] = digits.split(5 / 6, { seed: 1 });

const model = createPreset('lenet5', { seed: 1 });
model.compile({
  optimizer: adam({ learningRate: 0.003 }),
  loss: 'sparseCategoricalCrossentropy',
});
const early = new EarlyStopping({ monitor: 'valLoss', patience: 2, restoreBestWeights: true });
const { epoch } = await model.fit(training.images, training.labels, {
  epochs: 12,
  batchSize: 64,
  validationData: [validation.images, validation.labels],
  callbacks: [
    new TerminateOnNaN(),
    // Stop this program with Ctrl-C and start it again: it goes on where it was.
    new BackupAndRestore({ backupDir: 'backup' }),
    new LearningRateScheduler((number, rate) => (number === 0 ? rate : rate * 0.7)),
    early,
    new ModelCheckpoint({ filepath: 'best.safetensors', monitor: 'valLoss', saveBestOnly: true }),
    new CSVLogger('metrics.csv'),
    { onEpochEnd: (number, logs) => console.log(`epoch ${number + 1}`, logs) },
  ],
});
console.log(`${epoch.length} epochs; the weights are those of epoch ${early.bestEpoch + 1}`);
console.log('validation', await model.evaluate(validation.images, validation.labels));
