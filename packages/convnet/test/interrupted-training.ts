/** A training in a process of its own that kills itself: `interrupted-training.ts FOLDER AFTER`. */
import path from 'node:path';
import { adam, createKernels } from '../src/index.ts';
import { backupAndRestore, csvLogger, saveModel } from '../src/node/index.ts';
import { stripes, stripesNetwork } from './stripes.ts';

const [, , folder = '', killAfter = '0'] = process.argv;
const { x, labels } = stripes(60);
const model = stripesNetwork({
  rate: 0.3,
  optimizer: adam({ learningRate: 0.01 }),
  kernels: createKernels('simd', { threads: 1 }),
});
let batches = 0;
await model.fit(x, labels, {
  epochs: 4,
  batchSize: 8,
  validationSplit: 0.2,
  callbacks: [
    backupAndRestore({ backupDir: path.join(folder, 'backup'), saveFreq: 2 }),
    csvLogger(path.join(folder, 'metrics.csv')),
    {
      onBatchEnd() {
        batches += 1;
        if (batches === Number(killAfter)) process.kill(process.pid, 'SIGKILL');
      },
    },
  ],
});
await saveModel(model, path.join(folder, 'model.safetensors'));
