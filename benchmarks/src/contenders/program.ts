/**
 * The parts that contender programs in TypeScript share: its command line
 * `measure <workload> --images 60000 --warm-up-batches 200 --seconds 2`, clocks around training and
 * inference, and the line of JSON at the end.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Measurement } from '../measurement.ts';
import { loadMnist, normalize, type Mnist } from '../mnist.ts';
import { median } from '../statistics.ts';
import {
  callImages,
  IMAGE_PIXELS,
  isTraining,
  isWorkload,
  type InferenceWorkload,
  type TrainingWorkload,
} from '../workload.ts';

/** How to measure training: the timed images, and batches to train on before the clock starts. */
export interface TrainingRun {
  readonly workload: TrainingWorkload;
  readonly images: number;
  readonly warmUpImages: number;
  readonly mnist: Mnist;
}

/** Trains on `images` images once and gives their mean loss. */
export type TrainImages = (images: number) => Promise<number>;

/** Runs a batch of normalized images forward and gives the probabilities. */
export type Predict = (images: Float32Array) => ArrayLike<number> | Promise<ArrayLike<number>>;

export interface ContenderProgram {
  readonly version?: string;
  /** Prepares everything; only the calls of what it gives back are timed. */
  readonly trainer?: (run: TrainingRun, flags: Flags) => Promise<TrainImages>;
  readonly predictor?: (workload: InferenceWorkload, flags: Flags) => Promise<Predict>;
}

/** Settings of one contender, such as its threads. */
export interface Flags {
  readonly backend: string;
  readonly threads: number;
}

const WARM_UP_SHARE = 0.25;
const INFERENCE_IMAGES = 2_560;
const MOST_CALLS = 20_000;

/** Does what the command line says and prints the measurement. */
export async function runProgram(program: ContenderProgram): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      images: { type: 'string', default: '60000' },
      'warm-up-images': { type: 'string', default: '6400' },
      seconds: { type: 'string', default: '2' },
      backend: { type: 'string', default: '' },
      threads: { type: 'string', default: '1' },
    },
  });
  const [command, workload] = positionals;
  if (command !== 'measure' || workload === undefined || !isWorkload(workload)) {
    throw new Error(`expected measure <workload>; received ${positionals.join(' ')}.`);
  }
  const flags = { backend: values.backend, threads: Number(values.threads) };
  const mnist = loadMnist();
  let figures: Omit<Measurement, 'workload' | 'maxRssMegabytes'>;
  if (isTraining(workload)) {
    if (!program.trainer) throw new Error('this contender does not train.');
    const warmUpImages = Number(values['warm-up-images']);
    const run = { workload, images: Number(values.images), warmUpImages, mnist };
    figures = await timeTraining(run, await program.trainer(run, flags));
  } else {
    if (!program.predictor) throw new Error('this contender does not predict.');
    const predict = await program.predictor(workload, flags);
    figures = await timeInference(workload, mnist, Number(values.seconds), predict);
  }
  const measurement: Measurement = {
    workload,
    ...figures,
    maxRssMegabytes: maxRssMegabytes(),
    ...(program.version !== undefined && { version: program.version }),
  };
  process.stdout.write(`${JSON.stringify(measurement)}\n`, () => process.exit(0));
}

async function timeTraining(run: TrainingRun, train: TrainImages) {
  if (run.warmUpImages > 0) await train(run.warmUpImages);
  const start = performance.now();
  const loss = await train(run.images);
  return { images: run.images, seconds: (performance.now() - start) / 1000, loss };
}

async function timeInference(
  workload: InferenceWorkload,
  { pixels }: Mnist,
  seconds: number,
  predict: Predict,
) {
  const inputs = normalize(pixels.subarray(0, INFERENCE_IMAGES * IMAGE_PIXELS));
  const size = callImages[workload] * IMAGE_PIXELS;
  const batches = Array.from({ length: inputs.length / size }, (_, i) =>
    inputs.slice(i * size, (i + 1) * size),
  );
  let sum = 0;
  const callFor = async (budget: number): Promise<number[]> => {
    const times: number[] = [];
    const end = performance.now() + budget * 1000;
    while (times.length < 3 || (performance.now() < end && times.length < MOST_CALLS)) {
      const batch = batches[times.length % batches.length]!;
      const start = performance.now();
      const output = predict(batch);
      // A promise is awaited only where there is one: waiting takes a turn of its own.
      const probabilities = isPromise(output) ? await output : output;
      sum += probabilities[0]!;
      times.push(performance.now() - start);
    }
    return times;
  };
  await callFor(seconds * WARM_UP_SHARE);
  const times = await callFor(seconds);
  if (!Number.isFinite(sum)) throw new Error('expected finite probabilities.');
  const images = times.length * callImages[workload];
  if (workload === 'batch1') return { images, microseconds: median(times) * 1000 };
  const milliseconds = times.reduce((total, time) => total + time, 0);
  return { images, imagesPerSecond: (images / milliseconds) * 1000 };
}

function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return value instanceof Promise;
}

/** The most memory this process held; `resourceUsage` would count its parent's before the start. */
export function maxRssMegabytes(): number {
  const kilobytes =
    process.platform === 'linux'
      ? /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
      : undefined;
  return Math.round(Number(kilobytes ?? process.resourceUsage().maxRSS) / 1024);
}
