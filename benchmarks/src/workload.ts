/**
 * The workloads that contenders are measured on. `W1` trains the preset `simple`, batch 32, plain
 * SGD; `W2` trains two convolutions with pooling, batch 128, Adam; `batch1` and `batch256` run the
 * network of `W2` forward.
 */

export const workloads = ['W1', 'W2', 'batch1', 'batch256'] as const;
export type Workload = (typeof workloads)[number];

export type TrainingWorkload = 'W1' | 'W2';
export type InferenceWorkload = 'batch1' | 'batch256';

export function isWorkload(text: string): text is Workload {
  return (workloads as readonly string[]).includes(text);
}

export function isTraining(workload: Workload): workload is TrainingWorkload {
  return workload === 'W1' || workload === 'W2';
}

/** Images of one epoch of MNIST. */
export const EPOCH_IMAGES = 60_000;

/** Settings of training, the same for every contender. */
export const training = {
  W1: { batchSize: 32, learningRate: 0.05 },
  W2: { batchSize: 128, learningRate: 1e-3 },
} as const;

/** Images of one call of inference. */
export const callImages = { batch1: 1, batch256: 256 } as const;

/** Nominal work of one image, forward and backward. */
export const MEGAFLOP_PER_IMAGE = { W1: 1.04, W2: 14.3 } as const;

export const IMAGE_SIZE = 28;
export const IMAGE_PIXELS = IMAGE_SIZE * IMAGE_SIZE;
export const CLASSES = 10;
