/**
 * Measures how the time and the memory of training grow, in this library and in PyTorch, point by
 * point. Writes `growth-results.json` beside the package, and `growth.md` and its figures to the
 * output folder. Progress goes to standard error.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { compilePrograms } from '../compile-programs.ts';
import { readRounds } from '../rounds.ts';
import { figureFile } from './axis-text.ts';
import { contenderIds, listContenders, type ContenderId } from './contenders.ts';
import { figuresOf, rowsAlong, type GrowthRun } from './figures.ts';
import { measurePoint, type PointResult } from './measure-point.ts';
import { drawFigure } from './plot.ts';
import { axes, distinctPoints, pointKey, type Point } from './points.ts';
import { figureDescription, formatGrowth, TRIAL } from './report.ts';

const packageFolder = resolve(import.meta.dirname, '../..');
const resultsFile = join(packageFolder, 'growth-results.json');

function readOptions() {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '3' },
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      output: { type: 'string', default: join(packageFolder, '../docs') },
      redraw: { type: 'boolean', default: false },
    },
  });
  return { ...values, rounds: readRounds(values.rounds), output: resolve(values.output) };
}

/** The words of `only` that are among `known`; without any, all of these. */
function chosen<T extends string>(known: readonly T[], only: readonly string[]): readonly T[] {
  const named = known.filter((word) => only.includes(word));
  return named.length > 0 ? named : known;
}

function checkWords(only: readonly string[]): void {
  const known: readonly string[] = [...axes, ...contenderIds];
  const unknown = only.find((word) => !known.includes(word));
  if (unknown !== undefined) {
    throw new Error(`--only: expected one of ${known.join(', ')}; received ${unknown}.`);
  }
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

function describe(point: Point, result: PointResult): string {
  if ('failure' in result) return `left out; ${result.failure}`;
  const { epochSeconds, megabytes, setting } = figuresOf(point, result);
  const remark = setting === undefined ? '' : `, ${setting}`;
  return `${epochSeconds.median.toPrecision(3)} s per epoch, ${megabytes} MB, ${result.steps} steps a round${remark}`;
}

async function measure({
  rounds,
  quick,
  only,
}: ReturnType<typeof readOptions>): Promise<GrowthRun> {
  checkWords(only);
  const sources = join(packageFolder, 'src/growth');
  const programs = join(packageFolder, 'dist/growth');
  await compilePrograms(sources, programs, ['program']);
  const ids = chosen(contenderIds, only);
  const contenders = listContenders(programs, sources).filter(({ id }) => ids.includes(id));
  for (const { label, skipped } of contenders) {
    if (skipped !== undefined) say(`${label}: skipped; ${skipped}`);
  }
  const cores = cpus().length;
  const chosenAxes = chosen(axes, only);
  const points = distinctPoints(chosenAxes, cores);
  const timing = quick
    ? { rounds, seconds: 0.2, leastSteps: 2 }
    : { rounds, seconds: 1.5, leastSteps: 3 };
  const results: Record<string, Partial<Record<ContenderId, PointResult>>> = {};
  const start = performance.now();
  for (const [i, point] of points.entries()) {
    const key = pointKey(point);
    const minutes = ((performance.now() - start) / 60_000).toFixed(1);
    say(`${i + 1} of ${points.length}, after ${minutes} min: ${key}`);
    const able = contenders.filter(({ skipped }) => skipped === undefined);
    const ofPoint = await measurePoint(able, point, timing);
    for (const id of ids) {
      const result = ofPoint[id];
      if (result) say(`  ${id}: ${describe(point, result)}`);
    }
    results[key] = ofPoint;
  }
  return {
    date: new Date().toISOString().slice(0, 10),
    processor: cpus()[0]?.model.trim() ?? 'unknown processor',
    cores,
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
    rounds,
    secondsOfRound: timing.seconds,
    leastSteps: timing.leastSteps,
    quick,
    axes: chosenAxes,
    contenders: contenders.map(({ id, label, skipped }) => ({
      id,
      label,
      ...(skipped !== undefined && { skipped }),
    })),
    results,
  };
}

function write(run: GrowthRun, output: string): void {
  const images = join(output, 'images');
  mkdirSync(images, { recursive: true });
  for (const axis of run.axes) {
    const rows = rowsAlong(axis, run);
    const figure = {
      axis,
      rows,
      contenders: run.contenders,
      description: figureDescription(axis, rows),
      ...(run.quick && { remark: TRIAL }),
    };
    writeFileSync(join(images, figureFile(axis)), drawFigure(figure));
  }
  const reportFile = join(output, 'growth.md');
  writeFileSync(reportFile, formatGrowth(run));
  say(`wrote ${reportFile} and its figures`);
}

const options = readOptions();
if (!options.redraw) {
  writeFileSync(resultsFile, `${JSON.stringify(await measure(options), undefined, 2)}\n`);
}
write(JSON.parse(readFileSync(resultsFile, 'utf8')) as GrowthRun, options.output);
