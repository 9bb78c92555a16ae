/** Who is measured at each point, and how its process is started. */
import { join } from 'node:path';
import { findPythonWithTorch, tunedEnvironment, type Contender } from '../contenders.ts';
import { HELD_IMAGES, LEARNING_RATE, type Point } from './points.ts';

export const contenderIds = ['convnet', 'pytorch'] as const;
export type ContenderId = (typeof contenderIds)[number];

/** A process to start. */
export interface Start extends Pick<Contender, 'command' | 'args' | 'environment'> {
  /** For the report, of a contender that has several. */
  readonly setting?: string;
}

export interface GrowthContender {
  readonly id: ContenderId;
  readonly label: string;
  /** Why it cannot run here. */
  readonly skipped?: string;
  /** Its settings at a point: the fastest is measured. */
  readonly starts: (point: Point) => readonly Start[];
}

/** One thread may be faster than many where a batch has so few images. */
const SMALL_BATCH = 16;

export function listContenders(programs: string, sources: string): readonly GrowthContender[] {
  const python = findPythonWithTorch();
  return [
    {
      id: 'convnet',
      label: 'this library',
      starts: (point) => [
        {
          command: process.execPath,
          args: [join(programs, 'program.js'), ...flags(point), '--backend', 'relaxed'],
          environment: {},
        },
      ],
    },
    {
      id: 'pytorch',
      label: 'PyTorch',
      ...(python === undefined && {
        skipped: 'no python3 on the path imports torch. On Debian, install python3-torch.',
      }),
      starts: (point) =>
        threadsToTry(point).flatMap((threads) =>
          ['contiguous', 'channels-last'].map((layout) => ({
            command: python ?? 'python3',
            args: [
              join(sources, 'pytorch.py'),
              ...flags({ ...point, threads }),
              '--layout',
              layout,
            ],
            environment: tunedEnvironment,
            setting: `${threads} ${threads === 1 ? 'thread' : 'threads'}, ${layout}`,
          })),
        ),
    },
  ];
}

function threadsToTry({ batch, threads }: Point): readonly number[] {
  return batch <= SMALL_BATCH && threads > 1 ? [threads, 1] : [threads];
}

function flags(point: Point): string[] {
  const settings = { ...point, images: HELD_IMAGES, 'learning-rate': LEARNING_RATE };
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, `${value}`]);
}
