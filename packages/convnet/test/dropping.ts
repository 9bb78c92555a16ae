/** Makes, trains and drops as many networks as it is told; prints the most memory that it took, in bytes. */
import { createPreset, Tensor } from '../src/index.ts';
import { peakMemory } from './peak-memory.ts';

const images = Tensor.zeros([64, 28, 28, 1]);
const labels = new Uint8Array(64);
for (let seed = 0; seed < Number(process.argv[2]); seed++) {
  const model = createPreset('simple', { seed });
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
  model.trainOnBatch(images, labels);
}
process.stdout.write(String(peakMemory()));
