/**
 * From a list of recorded work to a plan of few steps: what threads do side by side, and where
 * they wait for each other.
 *
 * A step has tasks that do not depend on each other. Work on samples is one group for as long as
 * each sample's depends on that sample alone: the samples are cut into at most eight chunks, one
 * task each, and a chunk goes through all of the group's work, block by block, while its
 * activations are in the cache. Sums over samples are formed for each chunk, then added up in
 * the order of chunks. So the result does not depend on who did which task.
 *
 * Before that, work is replaced by less work that gives the same: zeros are left out, results are
 * finished before they are stored, and what is added to needs not be cleared.
 */
import { CHUNKS, stretches, type Stretch } from './stretches.ts';
import {
  anyOverlap,
  isSame,
  overlaps,
  type Call,
  type HostWork,
  type PlannedSum,
  type SampleWork,
  type Scratch,
  type Span,
  type SumWork,
  type UnitWork,
  type Work,
} from './work.ts';

/** Calls that one thread makes, in order. */
export type Task = readonly Call[];

/** Tasks that threads share; all of them end before the next step begins. */
export type Step = readonly Task[];

/** Steps for all threads, or work for the calling one alone. */
export type Section = { readonly steps: readonly Step[] } | { readonly host: HostWork };

/** Bytes of activations that a block of samples may fill: half of a usual second-level cache. */
const BLOCK_BYTES = 512 * 1024;

/** The conditions of a plan, besides the work. */
export interface Machine {
  readonly threadCount: number;
  readonly scratch: Scratch;
  /** Less work that gives the same: kernels of gradients leave out zeros. */
  readonly simplified: Simplification;
}

/** From work to less work that gives the same. */
export type Simplification = (works: readonly Work[]) => readonly Work[];

/** Plans recorded work. */
export function scheduled(recorded: readonly Work[], machine: Machine): Section[] {
  const { works, fromZero } = withoutNeedlessClearing(
    withFinishesFused(machine.simplified(recorded)),
  );
  const early = works.filter((work): work is HostWork => work.kind === 'host' && work.isEarly);
  const sections: Section[] = early.map((host) => ({ host }));
  let pending: DeviceWork[] = [];
  const flush = (): void => {
    if (pending.length > 0) sections.push({ steps: stepsOf(pending, fromZero, machine) });
    pending = [];
  };
  for (const work of works) {
    if (work.kind !== 'host') pending.push(work);
    else if (!work.isEarly) {
      flush();
      sections.push({ host: work });
    }
  }
  flush();
  return sections;
}

/**
 * Leaves out what sets memory to zero that is then added to: the addition, in `fromZero`, starts
 * from zero instead.
 */
function withoutNeedlessClearing(recorded: readonly Work[]): {
  readonly works: readonly Work[];
  readonly fromZero: ReadonlySet<Work>;
} {
  const fromZero = new Set<Work>();
  const works = recorded.filter((work, i) => {
    if (work.kind !== 'units' || !work.isClearing) return true;
    const span = work.writes[0]!;
    const next = recorded
      .slice(i + 1)
      .find((other) => isUntold(other) || overlaps([...other.reads, ...other.writes], span));
    const adds = next?.kind === 'sum' || (next?.kind === 'units' && next.adds === true);
    if (!adds || !isSame(next.writes[0]!, span)) return true;
    fromZero.add(next);
    return false;
  });
  return { works, fromZero };
}

/** Whether work does not tell what it touches. */
const isUntold = (work: Work): boolean => work.kind === 'host' && !work.isEarly;

type DeviceWork = SampleWork | SumWork | UnitWork;

/**
 * Lets work whose result only passes through a ReLU, a ReLU's gradient or a max pooling do that before
 * the result is stored.
 */
function withFinishesFused(recorded: readonly Work[]): Work[] {
  const works = [...recorded];
  for (let i = 0; i < works.length; i++) {
    const work = works[i]!;
    if (work.kind !== 'samples' || !(work.isFinish || work.pooling)) continue;
    const [input, ...gates] = work.reads as readonly [Span, Span?];
    const from = works.findLastIndex((other, at) => at < i && overlaps(other.writes, input));
    const producer = works[from];
    if (producer?.kind !== 'samples' || !isSame(producer.writes[0]!, input)) continue;
    const isReadElsewhere = works.some((other, at) => at !== i && overlaps(other.reads, input));
    const between = works.slice(from + 1, i);
    const outputIsFree = !between.some((other) =>
      anyOverlap([...other.reads, ...other.writes], work.writes),
    );
    const gateIsReady = !between.some((other) => anyOverlap(other.writes, gates as Span[]));
    if (isReadElsewhere || !outputIsFree || !gateIsReady) continue;
    const fused = followedBy(producer, work);
    if (!fused) continue;
    works[from] = fused;
    works.splice(i, 1);
    i -= 1;
  }
  return works;
}

/** Two works as one, of which the second only treats the result of the first. */
function followedBy(producer: SampleWork, { isFinish, pooling, reads, writes }: SampleWork) {
  if (pooling) return producer.pooledBy?.(pooling);
  const output = writes[0]!;
  return isFinish && producer.finishedBy?.(isFinish, reads[1] ?? output, output);
}

/** Whether `later` must see what `earlier` did, or must not disturb it. */
const depends = (later: DeviceWork, earlier: DeviceWork): boolean =>
  anyOverlap(later.reads, earlier.writes) ||
  anyOverlap(later.writes, earlier.reads) ||
  anyOverlap(later.writes, earlier.writes);

/** Assigns work to steps: as early as its dependencies allow, work on samples together. */
function stepsOf(
  works: readonly DeviceWork[],
  fromZero: ReadonlySet<Work>,
  machine: Machine,
): Step[] {
  const levels = new Map<DeviceWork, number>();
  const steps: Task[][] = [];
  const groups: { level: number; samples: number; works: (SampleWork | SumWork)[] }[] = [];
  const add = (level: number, tasks: readonly Task[]): void => {
    while (steps.length <= level) steps.push([]);
    steps[level]!.push(...tasks);
  };
  const sumLevels: { work: SumWork; level: number }[] = [];
  for (const work of works) {
    // What prepares weights comes first, so that it does not divide the work on samples.
    let level = work.kind === 'units' ? 0 : 1;
    for (const [earlier, at] of levels) {
      if (!depends(work, earlier)) continue;
      level = Math.max(level, at + distance(work, earlier, machine));
    }
    levels.set(work, level);
    if (work.kind === 'units') {
      add(level, work.pieces(CHUNKS, work.adds && !fromZero.has(work) ? 'c' : 'zero'));
      continue;
    }
    if (work.kind === 'sum') sumLevels.push({ work, level });
    const group = groups.find((other) => other.level === level && other.samples === work.samples);
    if (group) group.works.push(work);
    else groups.push({ level, samples: work.samples, works: [work] });
  }
  for (const group of groups) {
    const sums = new Map<SumWork, PlannedSum>();
    for (const { work, level } of sumLevels) {
      if (!group.works.includes(work)) continue;
      const chunks = stretches(work.samples, CHUNKS);
      const largest = blocksOf(group.works, chunks.at(-1)!);
      const sum = work.planned(chunks.length, largest, machine.scratch);
      sums.set(work, sum);
      add(level + 1, sum.joined.pieces(CHUNKS, fromZero.has(work) ? 'zero' : 'c'));
    }
    add(group.level, tasksOfGroup(group.works, group.samples, sums, machine));
  }
  return steps.filter((tasks) => tasks.length > 0);
}

/** Steps that must lie between `earlier` and `later`, which depends on it. */
function distance(later: DeviceWork, earlier: DeviceWork, machine: Machine): number {
  // A sum's chunks are added up in the step that follows it.
  if (earlier.kind === 'sum') return later.kind === 'sum' ? 1 : 2;
  const sameSamples =
    earlier.kind === 'samples' && later.kind !== 'units' && earlier.samples === later.samples;
  // One sample is divided in itself, among all threads.
  return sameSamples && !isDividedWithin(earlier.samples, machine) ? 0 : 1;
}

const isDividedWithin = (samples: number, machine: Machine): boolean =>
  samples === 1 && machine.threadCount > 1;

/** One task for each chunk of the samples; or, of a single sample, for each part of its work. */
function tasksOfGroup(
  works: readonly (SampleWork | SumWork)[],
  samples: number,
  sums: ReadonlyMap<SumWork, PlannedSum>,
  machine: Machine,
): Task[] {
  const callsOf = (
    work: SampleWork | SumWork,
    chunk: number,
    blocks: readonly Stretch[],
    block: number,
  ) => {
    const { first, count } = blocks[block]!;
    return work.kind === 'samples'
      ? work.calls(first, count)
      : sums.get(work)!.calls(chunk, blocks, block);
  };
  if (isDividedWithin(samples, machine)) {
    return works.flatMap((work) => {
      const parts = work.kind === 'samples' ? work.parts : undefined;
      if (!parts) return [callsOf(work, 0, [{ first: 0, count: 1 }], 0)];
      return stretches(parts.count, machine.threadCount).map(({ first, count }) =>
        parts.calls(first, count),
      );
    });
  }
  const chunks = stretches(samples, CHUNKS).map((chunk, number) => {
    const blocks = blocksOf(works, chunk);
    return blocks.flatMap((_, block) =>
      works.flatMap((work) => callsOf(work, number, blocks, block)),
    );
  });
  return halvesInTurn(chunks);
}

/** The samples of a chunk, in blocks that fit the cache and do not lengthen sums too much. */
function blocksOf(works: readonly (SampleWork | SumWork)[], chunk: Stretch): Stretch[] {
  let [bytes, blocks] = [0, 1];
  for (const work of works) {
    if (work.kind === 'sum') blocks = Math.max(blocks, work.leastBlocks(chunk.count));
    else for (const span of work.writes) bytes += span.bytes / work.samples;
  }
  blocks = Math.max(blocks, (chunk.count * bytes) / BLOCK_BYTES);
  return stretches(chunk.count, Math.ceil(blocks)).map(({ first, count }) => ({
    first: chunk.first + first,
    count,
  }));
}

/**
 * Tasks of the first and of the second half in turn. Threads take turns too, so each keeps to one
 * half of the samples, here and where large gradients are summed in halves.
 */
function halvesInTurn(tasks: readonly Task[]): Task[] {
  const half = Math.ceil(tasks.length / 2);
  return tasks.slice(0, half).flatMap((task, i) => [task, ...tasks.slice(half + i, half + i + 1)]);
}
