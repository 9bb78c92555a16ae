import assert from 'node:assert/strict';
import { test } from 'node:test';
import { comparisons, figuresOf, growth, rowsAlong, type GrowthRun } from './figures.ts';
import { stepsOf, type PointMeasurement, type PointResult } from './measure-point.ts';
import { drawFigure, ticksAround } from './plot.ts';
import { distinctPoints, pointKey, pointsAlong } from './points.ts';
import { formatGrowth } from './report.ts';
import { lossesText } from './sentences.ts';

const CORES = 2;
const base = pointsAlong('threads', CORES)[1]!;

function measured(seconds: readonly number[], maxRssMegabytes: number): PointMeasurement {
  return { steps: 10, seconds, maxRssMegabytes };
}

/** A run along the threads: one thread, then two. */
function runWith(
  one: Readonly<Record<'convnet' | 'pytorch', PointResult>>,
  two: Readonly<Record<'convnet' | 'pytorch', PointResult>>,
): GrowthRun {
  const [first, second] = pointsAlong('threads', CORES);
  return {
    date: '2026-01-01',
    processor: 'a processor',
    cores: CORES,
    memoryGigabytes: 8,
    node: '20.19.0',
    rounds: 3,
    secondsOfRound: 1,
    leastSteps: 3,
    quick: false,
    axes: ['threads'],
    contenders: [
      { id: 'convnet', label: 'this library' },
      { id: 'pytorch', label: 'PyTorch' },
    ],
    results: { [pointKey(first!)]: one, [pointKey(second!)]: two },
  };
}

const usual = runWith(
  { convnet: measured([4, 4.1, 4.2], 100), pytorch: measured([3, 2, 1], 400) },
  { convnet: measured([2, 2.1, 2.2], 150), pytorch: measured([2.2, 2, 2.4], 300) },
);

void test('an epoch has 60,000 images, whatever was timed', () => {
  const { epochSeconds, imagesPerSecond, megabytes } = figuresOf(base, measured([3, 1, 2], 70));
  // 10 steps of 128 images in 2 s are 640 images a second.
  assert.deepEqual(epochSeconds, { median: 93.75, min: 46.875, max: 140.625 });
  assert.equal(imagesPerSecond, 640);
  assert.equal(megabytes, 70);
});

void test('a round has steps enough for its time, and not too few', () => {
  const timing = { rounds: 1, seconds: 1.5, leastSteps: 3 };
  assert.equal(stepsOf(timing, 0.01), 150);
  assert.equal(stepsOf(timing, 20), 3);
});

void test('points that axes share are measured once', () => {
  const points = distinctPoints(['batch', 'channels', 'side', 'threads'], CORES);
  assert.equal(points.length, 11 + 5 + 4 + 1);
  assert.equal(new Set(points.map(pointKey)).size, points.length);
});

void test('threads go up to all cores, however many', () => {
  const threads = (cores: number) => pointsAlong('threads', cores).map((point) => point.threads);
  assert.deepEqual(threads(1), [1]);
  assert.deepEqual(threads(6), [1, 2, 4, 6]);
  assert.deepEqual(threads(8), [1, 2, 4, 8]);
});

void test('comparisons say how much more this library needs', () => {
  const [one, two] = comparisons(rowsAlong('threads', usual));
  assert.equal(one!.time, 4.1 / 2);
  assert.equal(one!.close, false);
  assert.equal(one!.memory, 0.25);
  assert.equal(two!.close, true);
});

void test('growth compares the last value with the first', () => {
  const rows = rowsAlong('threads', usual);
  assert.equal(
    growth(rows, 'convnet', ({ megabytes }) => megabytes),
    1.5,
  );
  const failed = runWith(
    { convnet: { failure: 'out of memory' }, pytorch: measured([1], 1) },
    { convnet: measured([1], 1), pytorch: measured([1], 1) },
  );
  assert.equal(
    growth(rowsAlong('threads', failed), 'convnet', ({ megabytes }) => megabytes),
    undefined,
  );
  assert.equal(comparisons(rowsAlong('threads', failed)).length, 1);
});

void test('the report names where this library loses', () => {
  const text = lossesText(usual, rowsAlong('threads', usual));
  assert.match(text, /slower than PyTorch at 1 of the 2 points/);
  assert.match(text, /- threads 1: 2\.05 times as long/);
  assert.match(text, /overlap.*: the base point\./);
  assert.match(text, /more memory than PyTorch at none/);
});

void test('the report gives the reason for what is left out', () => {
  const report = formatGrowth(
    runWith(
      { convnet: { failure: 'out of memory' }, pytorch: measured([1], 1) },
      { convnet: measured([1], 1), pytorch: measured([1], 1) },
    ),
  );
  assert.match(report, /- 1, this library: left out; out of memory/);
});

void test('ticks lie around the values', () => {
  assert.deepEqual(ticksAround([3, 40]), [2, 5, 10, 20, 50]);
  assert.deepEqual(ticksAround([10, 10]), [10, 20]);
  assert.deepEqual(ticksAround([0.05, 0.3]), [0.05, 0.1, 0.2, 0.5]);
});

void test('a figure has a text alternative', () => {
  const svg = drawFigure({
    axis: 'threads',
    rows: rowsAlong('threads', usual),
    contenders: usual.contenders,
    description: 'What it shows & how.',
  });
  assert.match(svg, /<title id="title">Time and memory of training against threads<\/title>/);
  assert.match(svg, /<desc id="description">What it shows &amp; how\.<\/desc>/);
});
