/** Saves checkpoints as fast as it can, until it is killed: `saving.ts FILE`. */
import { modelCheckpoint } from '../src/node/index.ts';
import { stripes, stripesNetwork } from './stripes.ts';

const [, , filepath = ''] = process.argv;
const { x, labels } = stripes(64);
await stripesNetwork({ filters: 64 }).fit(x, labels, {
  epochs: 100_000,
  batchSize: 64,
  callbacks: [
    modelCheckpoint({ filepath, saveFreq: 'epoch' }),
    { onEpochEnd: (epoch) => void process.stdout.write(`${epoch}\n`) },
  ],
});
