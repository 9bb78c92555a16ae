/**
 * How long two cores take to hand a number to each other and back: two threads spin on one Int32
 * of shared memory. On virtual machines it varies from run to run, and with it what a second
 * thread gains.
 */
import { Worker } from 'node:worker_threads';

const MILLISECONDS = 100;
const WARM_UP_TURNS = 10_000;
const TURNS_BETWEEN_CLOCKS = 100;
const STOP = -1;

/** Answers every odd number by the next even one. */
const answeringProgram = `
const { workerData, parentPort } = require('node:worker_threads');
const turn = new Int32Array(workerData);
parentPort.postMessage('ready');
for (let value = 0; ; ) {
  const seen = Atomics.load(turn, 0);
  if (seen === ${STOP}) break;
  if (seen === value + 1) Atomics.store(turn, 0, (value += 2));
}`;

/** Nanoseconds of a round trip. */
export async function measureRoundTrip(): Promise<number> {
  const turn = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(answeringProgram, { eval: true, workerData: turn.buffer });
  await new Promise((resolve) => worker.once('message', resolve));
  let value = 0;
  const play = (turns: number): void => {
    for (const end = value + 2 * turns; value < end; value += 2) {
      Atomics.store(turn, 0, value + 1);
      while (Atomics.load(turn, 0) !== value + 2);
    }
  };
  play(WARM_UP_TURNS);
  const start = performance.now();
  let turns = 0;
  while (performance.now() - start < MILLISECONDS) {
    play(TURNS_BETWEEN_CLOCKS);
    turns += TURNS_BETWEEN_CLOCKS;
  }
  const milliseconds = performance.now() - start;
  Atomics.store(turn, 0, STOP);
  await worker.terminate();
  return (milliseconds / turns) * 1e6;
}
