/**
 * Measures all contenders at one point: each is warmed up in a process of its own, then they train
 * in turns, round by round.
 */
import type { ContenderId, GrowthContender, Start } from './contenders.ts';
import type { Point } from './points.ts';
import { TrainingProcess } from './training-process.ts';

/** What a contender did at a point, or why it did not. */
export type PointResult = PointMeasurement | { readonly failure: string };

export interface PointMeasurement {
  /** Steps of each round. */
  readonly steps: number;
  /** Seconds that these took, by round. */
  readonly seconds: readonly number[];
  readonly maxRssMegabytes: number;
  readonly version?: string;
  readonly setting?: string;
}

/** How long to train. */
export interface Timing {
  readonly rounds: number;
  /** A round and a warm-up take at least about as long. */
  readonly seconds: number;
  /** A round has at least so many steps. */
  readonly leastSteps: number;
}

interface WarmProcess {
  readonly training: TrainingProcess;
  readonly stepSeconds: number;
}

export async function measurePoint(
  contenders: readonly GrowthContender[],
  point: Point,
  timing: Timing,
): Promise<Partial<Record<ContenderId, PointResult>>> {
  const results: Partial<Record<ContenderId, PointResult>> = {};
  const running = new Map<ContenderId, WarmProcess>();
  const fail = (id: ContenderId, error: unknown): void => {
    running.delete(id);
    results[id] = { failure: error instanceof Error ? error.message : String(error) };
  };
  for (const { id, starts } of contenders) {
    try {
      running.set(id, await fastest(starts(point), timing));
    } catch (error) {
      fail(id, error);
    }
  }
  for (let round = 0; round < timing.rounds; round++) {
    for (const [id, { training, stepSeconds }] of running) {
      try {
        const before = results[id] as PointMeasurement | undefined;
        const steps = before?.steps ?? stepsOf(timing, stepSeconds);
        const { seconds, maxRssMegabytes } = await training.train(steps);
        const { version, setting } = training;
        results[id] = {
          steps,
          seconds: [...(before?.seconds ?? []), seconds],
          maxRssMegabytes,
          ...(version !== undefined && { version }),
          ...(setting !== undefined && { setting }),
        };
      } catch (error) {
        fail(id, error);
      }
    }
  }
  for (const { training } of running.values()) await training.end();
  return results;
}

/** The steps of a round. */
export function stepsOf({ seconds, leastSteps }: Timing, stepSeconds: number): number {
  return Math.max(leastSteps, Math.ceil(seconds / stepSeconds));
}

/** The fastest of several processes, warm; the others are ended. */
async function fastest(starts: readonly Start[], timing: Timing): Promise<WarmProcess> {
  let best: WarmProcess | undefined;
  let failure: unknown;
  for (const start of starts) {
    try {
      const warm = await warmUp(await TrainingProcess.start(start), timing);
      const [loser, winner] =
        best && best.stepSeconds <= warm.stepSeconds ? [warm, best] : [best, warm];
      await loser?.training.end();
      best = winner;
    } catch (error) {
      failure = error;
    }
  }
  if (best) return best;
  throw failure;
}

/** Trains twice as many steps each time, until they take as long as a round. */
async function warmUp(training: TrainingProcess, { seconds }: Timing): Promise<WarmProcess> {
  await training.train(1);
  for (let steps = 1; ; steps *= 2) {
    const time = await training.train(steps);
    const stepSeconds = time.seconds / steps;
    if (time.seconds >= seconds / 2) return { training, stepSeconds };
  }
}
