/**
 * Does one thing that takes kernel memory again and again: `lifetimes.ts CASE REPETITIONS`. Prints the
 * most memory that the process took, in bytes.
 */
import {
  createKernels,
  createPreset,
  decodeModel,
  dense,
  encodeModel,
  sequential,
  softmax,
  Tensor,
  type Model,
} from '../src/index.ts';
import { peakMemory } from './peak-memory.ts';

const loss = 'sparseCategoricalCrossentropy';
const images = Tensor.zeros([300, 28, 28, 1]);
const labels = new Uint8Array(300);

function train(model: Model, samples: number): void {
  model.trainOnBatch(images.rows(0, samples), labels.subarray(0, samples));
}

/** Each case gives what is repeated; it is told how often that was done. The event loop never turns. */
const cases: Record<string, () => (repetition: number) => void> = {
  batchSizes() {
    const model = createPreset('cnn');
    model.compile({ optimizer: 'adam', loss });
    return (i) => {
      train(model, 1 + (i % 300));
    };
  },
  compile() {
    const model = sequential({ inputShape: [1000], layers: [dense({ units: 1000 }), softmax()] });
    const x = Tensor.zeros([2, 1000]);
    return () => {
      model.compile({ optimizer: 'adam', loss });
      model.trainOnBatch(x, [0, 1]);
    };
  },
  sharedKernels() {
    const kernels = createKernels();
    return () => {
      const model = createPreset('simple', { kernels });
      model.compile({ optimizer: 'adam', loss });
      train(model, 64);
    };
  },
  decode() {
    const kernels = createKernels();
    const bytes = encodeModel(createPreset('simple'));
    const x = images.rows(0, 1);
    return () => {
      decodeModel(bytes, { kernels }).predict(x);
    };
  },
  drop() {
    return (seed) => {
      const model = createPreset('simple', { seed });
      model.compile({ optimizer: 'adam', loss });
      train(model, 64);
    };
  },
  dispose() {
    return (seed) => {
      const model = createPreset('simple', { seed });
      model.compile({ optimizer: 'adam', loss });
      train(model, 64);
      model.dispose();
    };
  },
};

const [name, repetitions] = process.argv.slice(2) as [string, string];
const repeated = cases[name]!();
for (let i = 0; i < Number(repetitions); i++) repeated(i);
process.stdout.write(String(peakMemory()));
