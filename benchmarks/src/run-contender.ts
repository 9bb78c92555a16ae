/** Runs one contender once, as a process of its own, and reads what it measured. */
import { spawn } from 'node:child_process';
import type { Contender } from './contenders.ts';
import { parseMeasurement, type Measurement } from './measurement.ts';
import { isTraining, type Workload } from './workload.ts';

/** A run takes this long at most; then it counts as failed. */
const TIME_LIMIT_MILLISECONDS = 15 * 60_000;
const SECONDS_OF_INFERENCE = 2;
/** Of a quick run: images of training, at most, and seconds of inference. */
const QUICK = {
  W1: { images: 6_400, warmUpImages: 1_280 },
  W2: { images: 2_560, warmUpImages: 512 },
  seconds: 0.5,
} as const;

/** Environment of a child: this one's with some variables set or taken away. */
export function environmentWith(changes: Contender['environment']): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries({ ...process.env, ...changes }).filter(([, value]) => value !== undefined),
  );
}

/** @throws Error with the end of what the program said, if it fails or takes too long. */
export async function runContender(
  contender: Contender,
  workload: Workload,
  { quick, dataFolder }: { quick: boolean; dataFolder: string },
): Promise<Measurement> {
  const [program, ...settings] = contender.args;
  const args = [program!, 'measure', workload, ...settings];
  if (isTraining(workload)) {
    const counts = contender.trainingImages[workload];
    const limits = quick ? QUICK[workload] : counts;
    args.push('--images', `${Math.min(counts.images, limits.images)}`);
    args.push('--warm-up-images', `${Math.min(counts.warmUpImages, limits.warmUpImages)}`);
  } else {
    args.push('--seconds', `${quick ? QUICK.seconds : SECONDS_OF_INFERENCE}`);
  }
  const child = spawn(contender.command, args, {
    env: environmentWith({ ...contender.environment, CONVNET_DATA_DIR: dataFolder }),
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TIME_LIMIT_MILLISECONDS,
  });
  let output = '';
  let complaints = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  child.stderr.on('data', (data: Buffer) => (complaints += data.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code === 0) return parseMeasurement(output);
  throw new Error(lastError(complaints) ?? `ended with ${code ?? 'a signal'}.`);
}

/** The line that names the error, else the last one. */
export function lastError(complaints: string): string | undefined {
  const lines = complaints.split('\n').filter((line) => line.trim() !== '');
  return lines.find((line) => /^\s*\w*(Error|Exception)\b/.test(line)) ?? lines.at(-1);
}
