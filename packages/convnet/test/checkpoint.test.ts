/** Training that is interrupted and resumed ends with the same bytes as if it had not been. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test, vi } from 'vitest';
import {
  adamW,
  CheckpointError,
  createKernels,
  decodeModel,
  earlyStopping,
  ModelFileError,
  reduceLROnPlateau,
  sgd,
  type Callback,
  type Training,
} from '../src/index.ts';
import { backupAndRestore } from '../src/node/index.ts';
import { bundled } from './bundled-program.ts';
import { stripes, stripesNetwork } from './stripes.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'convnet-checkpoint-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const data = stripes(60);
const validation = stripes(20, 2);
const EPOCHS = 4;
const BATCH = 8;
const BATCHES = Math.ceil(60 / BATCH);
const options = {
  epochs: EPOCHS,
  batchSize: BATCH,
  validationData: [validation.x, validation.labels] as const,
};

/** Callbacks that remember something. */
const watching = (): Callback[] => [
  earlyStopping({ patience: 100, restoreBestWeights: true, monitor: 'loss', mode: 'max' }),
  reduceLROnPlateau({ patience: 1, factor: 0.5, minDelta: 1 }),
];

/** Interrupts after `steps` steps, having made a checkpoint. */
class Interruption implements Callback {
  readonly #steps: number;
  #seen = 0;
  #training: Training | undefined;
  checkpoint: Uint8Array | undefined;

  constructor(steps: number) {
    this.#steps = steps;
  }

  onTrainBegin(training: Training): void {
    this.#training = training;
  }

  onBatchEnd(): void {
    this.#seen += 1;
  }

  onSettled(): void {
    if (this.#seen !== this.#steps) return;
    this.checkpoint = this.#training!.checkpoint();
    throw new Error('interrupted');
  }
}

/** Everything that training leaves behind: the last checkpoint, the weights, and the history. */
async function whole(
  make: () => ReturnType<typeof stripesNetwork>,
  resumeFrom?: Uint8Array,
): Promise<unknown> {
  const model = make();
  let last: Uint8Array | undefined;
  let training: Training | undefined;
  const keepLast: Callback = {
    onTrainBegin: (begun) => void (training = begun),
    onSettled: (position) => {
      if (position.epoch === EPOCHS) last = training!.checkpoint();
    },
  };
  const history = await model.fit(data.x, data.labels, {
    ...options,
    callbacks: [...watching(), keepLast],
    ...(resumeFrom && { resumeFrom }),
  });
  return { last, weights: model.parameters.map(({ value }) => value.data), history };
}

describe.each(['simd', 'reference'] as const)('on %s', (backend) => {
  const kernels = createKernels(backend);
  const make = () =>
    stripesNetwork({
      rate: 0.3,
      normalised: true,
      optimizer: adamW({ learningRate: 0.01 }),
      kernels,
    });

  test('train N equals train k, resume, train N − k, for any k', async () => {
    const uninterrupted = await whole(make);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: EPOCHS * BATCHES - 1 }), async (steps) => {
        const interruption = new Interruption(steps);
        const model = make();
        await expect(
          model.fit(data.x, data.labels, {
            ...options,
            callbacks: [...watching(), interruption],
          }),
        ).rejects.toThrow('interrupted');
        expect(await whole(make, interruption.checkpoint)).toEqual(uninterrupted);
      }),
      { numRuns: 8 },
    );
  });
});

async function checkpointAfter(steps: number, network = stripesNetwork()): Promise<Uint8Array> {
  const interruption = new Interruption(steps);
  await network
    .fit(data.x, data.labels, { ...options, callbacks: [interruption] })
    .catch(() => undefined);
  return interruption.checkpoint!;
}

describe('a checkpoint', () => {
  test('is a model file, too', async () => {
    const network = stripesNetwork();
    const checkpoint = await checkpointAfter(5, network);
    const model = decodeModel(checkpoint);
    expect(model.parameters.map(({ value }) => value.data)).toEqual(
      network.parameters.map(({ value }) => value.data),
    );
  });

  test.each([
    ['network', () => stripesNetwork({ filters: 5 }), {}],
    ['optimizer', () => stripesNetwork({ optimizer: sgd({ learningRate: 0.1 }) }), {}],
    ['seed', () => stripesNetwork({ seed: 9 }), {}],
    ['batch size', () => stripesNetwork(), { batchSize: 9 }],
    ['shuffle', () => stripesNetwork(), { shuffle: false }],
  ])('of another %s is refused, and changes nothing', async (what, make, other) => {
    const model = make();
    const before = model.parameters.map(({ value }) => value.data.slice());
    const resumeFrom = await checkpointAfter(5);
    const error = await model
      .fit(data.x, data.labels, { ...options, ...other, resumeFrom })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CheckpointError);
    expect((error as Error).message).toContain(what);
    expect(model.parameters.map(({ value }) => value.data)).toEqual(before);
  });

  test('that is damaged is refused', async () => {
    const checkpoint = await checkpointAfter(5);
    checkpoint[checkpoint.length - 3]! ^= 1;
    const resuming = stripesNetwork().fit(data.x, data.labels, { resumeFrom: checkpoint });
    await expect(resuming).rejects.toThrow(ModelFileError);
  });

  test('of other kernels is taken, with a warning', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue();
    const kernels = createKernels('reference');
    const simd = stripesNetwork({ kernels: createKernels('simd') });
    await stripesNetwork({ kernels }).fit(data.x, data.labels, {
      ...options,
      resumeFrom: await checkpointAfter(5, simd),
    });
    expect(warn).toHaveBeenCalledOnce();
    expect(warn.mock.calls[0]![0]).toMatch(/'simd'.*'reference'/);
    warn.mockRestore();
  });
});

describe('BackupAndRestore and CSVLogger, in a process that is killed', () => {
  /** Trains in a process of its own, killed after `killAfter` batches. */
  async function run(name: string, killAfter: number): Promise<{ weights: Buffer; csv: string }> {
    const files = path.join(folder, name);
    const args = [bundled('interrupted-training.ts'), files, String(killAfter)];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    const signal = await new Promise((resolve) => {
      child.on('exit', (_code, by) => {
        resolve(by);
      });
    });
    if (killAfter > 0) {
      expect(signal).toBe('SIGKILL');
      return run(name, 0);
    }
    expect(signal).toBeNull();
    return {
      weights: readFileSync(path.join(files, 'model.safetensors')),
      csv: readFileSync(path.join(files, 'metrics.csv'), 'utf8'),
    };
  }

  test('weights and metrics are those of a process that was left alone', async () => {
    const alone = await run('alone', 0);
    expect(alone.csv.trim().split('\n')).toHaveLength(1 + 4);
    for (const killAfter of [3, 11, 21]) {
      expect(await run(`killed-${killAfter}`, killAfter)).toEqual(alone);
    }
  });

  test('the backup is gone when training has finished', () => {
    expect(() => readFileSync(path.join(folder, 'alone', 'backup', 'backup.safetensors'))).toThrow(
      'ENOENT',
    );
  });

  test('options are checked', () => {
    expect(() => backupAndRestore({ backupDir: folder, saveFreq: 0 })).toThrow(/saveFreq/);
  });
});
