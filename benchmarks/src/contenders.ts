/**
 * Who is measured, and how each is started: one program in `contenders/` and its settings. Those
 * that are slow train on fewer images, and the table scales them to a whole epoch.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { EPOCH_IMAGES, type TrainingWorkload, type Workload } from './workload.ts';

export interface TrainingImages {
  readonly images: number;
  readonly warmUpImages: number;
}

export interface Contender {
  /** For `--only`. */
  readonly id: string;
  /** For the table. */
  readonly label: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Environment of the program; undefined takes a variable away. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workloads: readonly Workload[];
  readonly trainingImages: Readonly<Record<TrainingWorkload, TrainingImages>>;
  readonly version?: string;
  /** Why it cannot run here. */
  readonly skipped?: string;
}

const all: readonly Workload[] = ['W1', 'W2', 'batch1', 'batch256'];

/** A whole epoch after some hundred batches. */
const wholeEpoch = {
  W1: { images: EPOCH_IMAGES, warmUpImages: 9_600 },
  W2: { images: EPOCH_IMAGES, warmUpImages: 12_800 },
};
const partEpoch = {
  W1: { images: 12_800, warmUpImages: 3_200 },
  W2: { images: 5_120, warmUpImages: 1_280 },
};
/** For contenders that take minutes for an epoch. */
const fewImages = {
  W1: { images: 3_200, warmUpImages: 640 },
  W2: { images: 640, warmUpImages: 128 },
};

/** Keeps memory between steps: fresh memory is expensive. */
export const tunedEnvironment = {
  OPENBLAS_CORETYPE: undefined,
  OPENBLAS_NUM_THREADS: '1',
  MALLOC_MMAP_THRESHOLD_: '1073741824',
  MALLOC_TRIM_THRESHOLD_: '8589934592',
  MALLOC_TOP_PAD_: '268435456',
};

/** Another checkout of this library, and its compiled program. */
export interface Checkout {
  /** For the table. */
  readonly name: string;
  readonly program: string;
}

/** This library on a rung, with one and with two threads. */
function onRung(
  rung: 'relaxed' | 'simd' | 'reference',
  checkout: Checkout,
  prefix: string,
): Contender[] {
  return (rung === 'reference' ? [1] : [1, 2]).map((threads) => ({
    id: `${prefix}-${rung}-${threads}`,
    label: `${checkout.name}, \`${rung}\`, ${threads} ${threads === 1 ? 'thread' : 'threads'}`,
    command: process.execPath,
    args: [checkout.program, '--backend', rung, '--threads', `${threads}`],
    environment: {},
    workloads: all,
    trainingImages: rung === 'reference' ? fewImages : wholeEpoch,
  }));
}

/** The contenders; `programs` is the folder of compiled programs, `sources` that of the sources. */
export function listContenders(
  packageFolder: string,
  programs: string,
  sources: string,
  beside?: Checkout,
): readonly Contender[] {
  const own = { name: 'this library', program: join(programs, 'convnet.js') };
  return [
    ...(['relaxed', 'simd'] as const).flatMap((rung) => [
      ...onRung(rung, own, 'convnet'),
      ...(beside ? onRung(rung, beside, 'beside') : []),
    ]),
    ...onRung('reference', own, 'convnet'),
    ...pytorch(join(sources, 'pytorch.py')),
    ...[
      {
        ...peer('tfjs', 'TensorFlow.js wasm', '@tensorflow/tfjs-backend-wasm', all),
        trainingImages: partEpoch,
      },
      {
        ...peer('jax-js', 'jax-js wasm', '@jax-js/jax', all),
        trainingImages: fewImages,
      },
      {
        ...peer('onnxruntime', 'onnxruntime-node', 'onnxruntime-node', ['batch1', 'batch256']),
        trainingImages: wholeEpoch,
      },
    ],
  ];

  function peer(id: string, label: string, packageName: string, peerWorkloads: typeof all) {
    const manifest = join(packageFolder, 'node_modules', packageName, 'package.json');
    const installed = existsSync(manifest)
      ? (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string })
      : undefined;
    return {
      id,
      label,
      command: process.execPath,
      args: [join(programs, `${id}.js`)],
      environment: {},
      workloads: peerWorkloads,
      ...(installed
        ? { version: installed.version }
        : { skipped: `${packageName} is not installed. Run npm ci in benchmarks.` }),
    };
  }
}

function pytorch(program: string): Contender[] {
  const python = findPythonWithTorch();
  const common = {
    command: python ?? 'python3',
    workloads: all,
    trainingImages: wholeEpoch,
    ...(python === undefined && {
      skipped: 'no python3 on the path imports torch. On Debian, install python3-torch.',
    }),
  };
  return [
    {
      ...common,
      id: 'pytorch-plain',
      label: 'PyTorch, as it comes',
      args: [program],
      environment: {},
    },
    {
      ...common,
      id: 'pytorch-tuned',
      label: 'PyTorch, tuned',
      args: [program, '--tuned'],
      environment: tunedEnvironment,
    },
  ];
}

/** The first python3 on the path that has PyTorch. */
export function findPythonWithTorch(): string | undefined {
  const candidates = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'python3'))
    .filter((path) => existsSync(path));
  return candidates.find(
    (path) => spawnSync(path, ['-c', 'import torch'], { stdio: 'ignore' }).status === 0,
  );
}
