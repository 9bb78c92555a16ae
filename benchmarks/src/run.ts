/**
 * Measures all contenders on all workloads, interleaved: in every round each contender runs once
 * on each workload. Writes `results.json` beside the package and `benchmarks.md` to the output
 * folder. Progress goes to standard error.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { keepBusy } from './machine/busy-processes.ts';
import { compileBeside, compilePrograms } from './compile-programs.ts';
import { listContenders, type Checkout, type Contender } from './contenders.ts';
import { measureFmaCeiling } from './machine/fma-ceiling.ts';
import { measureRoundTrip } from './machine/round-trip.ts';
import type { Measurement } from './measurement.ts';
import { findDataFolder } from './mnist.ts';
import {
  formatReport,
  type BenchmarkRun,
  type ContenderResult,
  type MachineRound,
} from './report.ts';
import { runContender } from './run-contender.ts';
import { readRounds } from './rounds.ts';
import { isTraining, workloads, type Workload } from './workload.ts';

const packageFolder = resolve(import.meta.dirname, '..');

interface Task {
  readonly contender: Contender;
  readonly workload: Workload;
  /** Processes that compute beside it. */
  readonly busy: number;
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '3' },
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      output: { type: 'string', default: join(packageFolder, '../docs') },
      beside: { type: 'string' },
      busy: { type: 'boolean', default: false },
    },
  });
  return { ...values, rounds: readRounds(values.rounds), output: resolve(values.output) };
}

/** All pairs whose contender and workload fit `only`; a word that names no pair is an error. */
function chooseTasks(contenders: readonly Contender[], only: readonly string[]): Task[] {
  const namedContenders = contenders.filter(({ id }) => only.some((word) => id.includes(word)));
  const namedWorkloads = workloads.filter((workload) =>
    only.some((word) => workload.toLowerCase().includes(word.toLowerCase())),
  );
  if (only.length > 0 && namedContenders.length + namedWorkloads.length === 0) {
    const known = [...contenders.map(({ id }) => id), ...workloads].join(', ');
    throw new Error(`--only: expected part of one of ${known}; received ${only.join(', ')}.`);
  }
  const chosenContenders = namedContenders.length > 0 ? namedContenders : contenders;
  const chosenWorkloads = namedWorkloads.length > 0 ? namedWorkloads : workloads;
  return chosenWorkloads.flatMap((workload) =>
    chosenContenders
      .filter((contender) => contender.workloads.includes(workload))
      .map((contender) => ({ contender, workload, busy: 0 })),
  );
}

/** Training on `relaxed` again, beside one busy process and beside two. */
const besideBusyProcesses = (tasks: readonly Task[]): Task[] =>
  [1, 2].flatMap((busy) =>
    tasks
      .filter(({ contender, workload }) => isTraining(workload) && isTried(contender))
      .map((task) => ({ ...task, busy })),
  );

const isTried = ({ id }: Contender): boolean => /-relaxed-|pytorch-tuned/.test(id);

/** Compiles the program of another checkout, which is named by its commit. */
async function readCheckout(folder: string, sources: string, programs: string): Promise<Checkout> {
  const program = join(programs, 'beside.js');
  await compileBeside(sources, program, resolve(folder));
  const git = spawnSync('git', ['-C', folder, 'describe', '--always', '--dirty'], {
    encoding: 'utf8',
  });
  return {
    name: git.status === 0 ? `at ${git.stdout.trim()}` : basename(resolve(folder)),
    program,
  };
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

function describe({ seconds, images, loss, microseconds, imagesPerSecond }: Measurement): string {
  if (seconds !== undefined) {
    return `${seconds.toFixed(2)} s for ${images} images, loss ${(loss ?? NaN).toFixed(3)}`;
  }
  if (microseconds !== undefined) return `${microseconds.toFixed(1)} µs a call`;
  return `${Math.round(imagesPerSecond ?? NaN)} images/s`;
}

const options = readOptions();
const dataFolder = findDataFolder(packageFolder);
const sources = join(packageFolder, 'src/contenders');
const programs = join(packageFolder, 'dist');
await compilePrograms(sources, programs);
const beside =
  options.beside === undefined ? undefined : await readCheckout(options.beside, sources, programs);
const idle = chooseTasks(listContenders(packageFolder, programs, sources, beside), options.only);
const tasks = options.busy ? [...idle, ...besideBusyProcesses(idle)] : idle;
const chosen = [...new Set(tasks.map(({ contender }) => contender))];
for (const { label, skipped } of chosen) {
  if (skipped !== undefined) say(`${label}: skipped; ${skipped}`);
}

type Measurements = Partial<Record<Workload, Measurement[]>>;
/** Of a contender, by the number of busy processes beside it. */
const measurements = new Map<string, Measurements[]>();
const failures = new Map<string, string[]>();
const machine: MachineRound[] = [];
for (let round = 1; round <= options.rounds; round++) {
  const roundTripNanoseconds = await measureRoundTrip();
  const ceiling = await measureFmaCeiling();
  machine.push({ ceiling, roundTripNanoseconds });
  say(
    `round ${round} of ${options.rounds}: ${ceiling.fused.toFixed(1)} GFLOPS fused, ${ceiling.separate.toFixed(1)} separate, round trip ${roundTripNanoseconds.toFixed(0)} ns`,
  );
  for (const { contender, workload, busy } of tasks) {
    if (contender.skipped !== undefined) continue;
    const conditions = busy > 0 ? ` beside ${busy} busy` : '';
    const stop = keepBusy(busy);
    try {
      const measurement = await runContender(contender, workload, {
        quick: options.quick,
        dataFolder,
      });
      const ofContender = measurements.get(contender.id) ?? [];
      ((ofContender[busy] ??= {})[workload] ??= []).push(measurement);
      measurements.set(contender.id, ofContender);
      say(`  ${workload} ${contender.id}${conditions}: ${describe(measurement)}`);
    } catch (error) {
      const reason = `${workload}${conditions} failed: ${error instanceof Error ? error.message : String(error)}`;
      failures.set(contender.id, [...(failures.get(contender.id) ?? []), reason]);
      say(`  ${workload} ${contender.id}: ${reason}`);
    } finally {
      stop();
    }
  }
}

const run: BenchmarkRun = {
  date: new Date().toISOString().slice(0, 10),
  processor: cpus()[0]?.model.trim() ?? 'unknown processor',
  cores: cpus().length,
  node: process.versions.node,
  rounds: options.rounds,
  quick: options.quick,
  machine,
  contenders: chosen.map(({ id, label, version, skipped }): ContenderResult => {
    const [ofContender = {}, ...besideBusy] = measurements.get(id) ?? [];
    const reported = version ?? Object.values(ofContender)[0]?.[0]?.version;
    return {
      id,
      label,
      ...(reported !== undefined && { version: reported }),
      ...(skipped !== undefined && { skipped }),
      measurements: ofContender,
      besideBusy,
      failures: failures.get(id) ?? [],
    };
  }),
};
mkdirSync(options.output, { recursive: true });
const resultsFile = join(packageFolder, 'results.json');
writeFileSync(resultsFile, `${JSON.stringify(run, undefined, 2)}\n`);
const reportFile = join(options.output, 'benchmarks.md');
writeFileSync(reportFile, formatReport(run));
say(`wrote ${resultsFile} and ${reportFile}`);
