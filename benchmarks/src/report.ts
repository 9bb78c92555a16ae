/**
 * The Markdown document of a run: the machine, one table of all contenders, the ratios that matter,
 * and how it is measured.
 */
import type { FmaCeiling } from './machine/fma-ceiling.ts';
import { formatFigure, formatSpread, markdownTable } from './markdown-table.ts';
import type { Measurement } from './measurement.ts';
import { median, spread } from './statistics.ts';
import {
  EPOCH_IMAGES,
  isTraining,
  MEGAFLOP_PER_IMAGE,
  workloads,
  type TrainingWorkload,
  type Workload,
} from './workload.ts';

type Measurements = Readonly<Partial<Record<Workload, readonly Measurement[]>>>;

/** The results of one contender in all rounds. */
export interface ContenderResult {
  readonly id: string;
  readonly label: string;
  readonly version?: string;
  /** Why it was not run at all. */
  readonly skipped?: string;
  readonly measurements: Measurements;
  /** The same beside one busy process, two, … */
  readonly besideBusy: readonly (Measurements | undefined)[];
  /** Why some of its runs gave nothing. */
  readonly failures: readonly string[];
}

/** Observations of the machine in each round. */
export interface MachineRound {
  readonly ceiling: FmaCeiling;
  readonly roundTripNanoseconds: number;
}

export interface BenchmarkRun {
  readonly date: string;
  readonly processor: string;
  readonly cores: number;
  readonly node: string;
  readonly rounds: number;
  readonly quick: boolean;
  readonly machine: readonly MachineRound[];
  readonly contenders: readonly ContenderResult[];
}

const heads: Readonly<Record<Workload, string>> = {
  W1: 'W1: `simple`, batch 32, SGD, s per epoch',
  W2: 'W2: two convolutions, batch 128, Adam, s per epoch',
  batch1: 'inference, batch 1, µs',
  batch256: 'inference, batch 256, images/s',
};

/** The figure of a measurement: seconds of a whole epoch, microseconds, or images per second. */
function figureOf({ seconds, images, microseconds, imagesPerSecond }: Measurement): number {
  const epochSeconds = seconds === undefined ? undefined : (seconds / images) * EPOCH_IMAGES;
  return epochSeconds ?? microseconds ?? imagesPerSecond ?? NaN;
}

export function formatReport(run: BenchmarkRun): string {
  const warning = run.quick
    ? ['This was a quick run on few images: a trial, not a measurement.']
    : [];
  return [
    '# Benchmarks',
    ...warning,
    machineList(run),
    figureTable(run),
    notes(run.contenders),
    '## Ratios',
    ratioTable(run),
    ...besideSection(run),
    ...busySection(run),
    '## Training: loss and memory',
    trainingTable(run.contenders),
    '## How it is measured',
    howMeasured(run),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
}

function machineList({ date, processor, cores, node, machine }: BenchmarkRun): string {
  const of = (read: (round: MachineRound) => number): string =>
    formatSpread(spread(machine.map(read)));
  const trips = machine.map(({ roundTripNanoseconds }) => formatFigure(roundTripNanoseconds));
  return [
    `- ${date}, ${processor}, ${cores} cores, Node ${node}`,
    `- ceiling of one thread in WebAssembly: ${of((round) => round.ceiling.fused)} GFLOPS with fused multiply-add, ${of((round) => round.ceiling.separate)} with separate multiply and add`,
    `- round trip from core to core, by round: ${trips.join(', ')} ns`,
  ].join('\n');
}

function figureTable({ contenders }: BenchmarkRun): string {
  const rows = contenders.map((contender) => [
    [contender.label, contender.version].filter(Boolean).join(' '),
    ...workloads.map((workload) => figureCell(contender, workload)),
  ]);
  return markdownTable(['', ...workloads.map((workload) => heads[workload])], rows);
}

function figureCell(contender: ContenderResult, workload: Workload): string {
  if (contender.skipped !== undefined) return 'skipped';
  const measurements = contender.measurements[workload];
  if (!measurements?.length) return '–';
  const cell = formatSpread(spread(measurements.map(figureOf)));
  const { images } = measurements[0]!;
  return isTraining(workload) && images < EPOCH_IMAGES
    ? `${cell}, of ${formatCount(images)}`
    : cell;
}

function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

function notes(contenders: readonly ContenderResult[]): string {
  const lines = [
    'Medians of all rounds, with the smallest and the largest. “Of 3,200” means that as many images were timed, and the time scaled to 60,000.',
  ];
  for (const { label, skipped, failures, measurements } of contenders) {
    if (skipped !== undefined) lines.push(`- ${label}: skipped; ${skipped}`);
    for (const failure of new Set(failures)) lines.push(`- ${label}: ${failure}`);
    for (const workload of workloads) {
      const chosen = new Set(measurements[workload]?.flatMap(({ setting }) => setting ?? []));
      if (chosen.size > 0) lines.push(`- ${label}, ${workload}: ${[...chosen].join('; ')}`);
    }
  }
  return lines.join('\n').replace('\n', '\n\n');
}

function ratioTable({ contenders, machine }: BenchmarkRun): string {
  const figure = (id: string, workload: Workload): number => {
    const measurements = contenders.find((contender) => contender.id === id)?.measurements[
      workload
    ];
    return measurements?.length ? median(measurements.map(figureOf)) : NaN;
  };
  const ours = 'convnet-relaxed-2';
  const times = (ratio: number): string =>
    Number.isFinite(ratio) ? `${formatFigure(ratio)}×` : '–';
  const faster = (id: string, workload: TrainingWorkload): string =>
    times(figure(id, workload) / figure(ours, workload));
  const fused = median(machine.map(({ ceiling }) => ceiling.fused));
  const share = (workload: TrainingWorkload): string => {
    const seconds = figure('convnet-relaxed-1', workload);
    const gigaflops = (MEGAFLOP_PER_IMAGE[workload] * EPOCH_IMAGES) / seconds / 1000;
    return Number.isFinite(seconds) ? `${Math.round((gigaflops / fused) * 100)} %` : '–';
  };
  const scaling = (workload: TrainingWorkload): string =>
    times(figure('convnet-relaxed-1', workload) / figure(ours, workload));
  return markdownTable(
    ['`relaxed`', 'W1', 'W2'],
    [
      ['2 threads: faster than tuned PyTorch', ...both((w) => faster('pytorch-tuned', w))],
      ['2 threads: faster than PyTorch as it comes', ...both((w) => faster('pytorch-plain', w))],
      ['2 threads: faster than TensorFlow.js wasm', ...both((w) => faster('tfjs', w))],
      ['2 threads: faster than jax-js wasm', ...both((w) => faster('jax-js', w))],
      ['from 1 to 2 threads', ...both(scaling)],
      ['1 thread: share of the ceiling, by nominal work', ...both(share)],
    ],
  );
}

/** How many times as fast this library is as another checkout of it. */
function besideSection({ contenders }: BenchmarkRun): string[] {
  const rows = contenders.flatMap((contender) => {
    const [, setting] = /^beside-(.*)$/.exec(contender.id) ?? [];
    const own = contenders.find(({ id }) => id === `convnet-${setting}`);
    if (!own) return [];
    const ratio = (workload: Workload): string => {
      const [before, after] = [contender, own].map(({ measurements }) => {
        const all = measurements[workload];
        return all?.length ? median(all.map(figureOf)) : NaN;
      }) as [number, number];
      const times = workload === 'batch256' ? after / before : before / after;
      return Number.isFinite(times) ? `${formatFigure(times)}×` : '–';
    };
    return [[contender.label, ...workloads.map(ratio)]];
  });
  if (rows.length === 0) return [];
  return [
    '## Beside the version before',
    'How many times as fast this library is, by medians:',
    markdownTable(['', ...workloads.map((workload) => heads[workload])], rows),
  ];
}

/** Training while other processes compute. */
function busySection({ contenders, cores }: BenchmarkRun): string[] {
  const imagesPerSecond = (measurements: Measurements | undefined, workload: Workload): string => {
    const all = measurements?.[workload];
    if (!all?.length) return '–';
    return formatSpread(spread(all.map(({ images, seconds = NaN }) => images / seconds)));
  };
  const rows = contenders
    .filter(({ besideBusy }) => besideBusy.length > 0)
    .map(({ label, measurements, besideBusy: [one, two] }) => [
      label,
      ...(['W1', 'W2'] as const).flatMap((workload) =>
        [measurements, one, two].map((all) => imagesPerSecond(all, workload)),
      ),
    ]);
  if (rows.length === 0) return [];
  const columns = (['W1', 'W2'] as const).flatMap((workload) =>
    ['idle', 'one busy', 'two busy'].map((state) => `${workload}, ${state}`),
  );
  return [
    '## On a machine that is not idle',
    `Images a second while other processes compute for ever, on ${cores} cores:`,
    markdownTable(['', ...columns], rows),
  ];
}

function both(cell: (workload: TrainingWorkload) => string): string[] {
  return [cell('W1'), cell('W2')];
}

function trainingTable(contenders: readonly ContenderResult[]): string {
  const cell = (
    { measurements }: ContenderResult,
    workload: TrainingWorkload,
    read: (measurement: Measurement) => number,
  ): string => {
    const all = measurements[workload];
    return all?.length ? formatFigure(median(all.map(read))) : '–';
  };
  const rows = contenders
    .filter(({ measurements }) => measurements.W1 ?? measurements.W2)
    .map((contender) => [
      contender.label,
      ...both((workload) => cell(contender, workload, ({ loss = NaN }) => loss)),
      ...both((workload) => cell(contender, workload, ({ maxRssMegabytes }) => maxRssMegabytes)),
    ]);
  return markdownTable(
    ['', 'W1: mean loss', 'W2: mean loss', 'W1: most memory, MB', 'W2: most memory, MB'],
    rows,
  );
}

function howMeasured({ rounds }: BenchmarkRun): string {
  return `Every figure comes from a process of its own. A round runs each contender once on each workload, one after another, so that what the machine does meanwhile meets all alike; this run had ${rounds} ${rounds === 1 ? 'round' : 'rounds'}. Training time is one epoch of MNIST in random order with batches made from memory; it leaves out loading files, starting, and a warm-up of some hundred batches. The loss is the mean over the images of the timed epoch, each before its own step. Inference takes float32 in memory and ends when the caller has the probabilities: the median call of batch 1, all calls of batch 256. Memory is the most that the process held, data included, each contender keeping the images in the form that is fastest for it. TensorFlow.js trains with a kernel added that its wasm backend lacks. Nominal work is ${MEGAFLOP_PER_IMAGE.W1} MFLOP an image for W1 and ${MEGAFLOP_PER_IMAGE.W2} for W2.

To repeat it, build the packages, run \`npm ci\` in \`benchmarks\`, and then, on an idle machine, \`npm run benchmark\` there. See \`benchmarks/README.md\`.`;
}
