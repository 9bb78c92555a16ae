/**
 * Threads that run programs together with the calling thread, on one shared memory. They are
 * started once programs have run for a moment, or when long work is announced, wait for the next one spinning for a moment, then asleep,
 * and end when their kernels are no longer used. Where threads cannot be had, the calling thread
 * works alone; results are the same. So it does where many other kernels have helpers already.
 *
 * A thread never returns to its event loop: all that it is told lies in the shared memory.
 */
import { HelperThreadError } from '../../errors.ts';
import { AWAKE, controlBytes, FAILED, GENERATION, READY, RUN, RUN_BYTES } from './control-words.ts';
import type { WasmMemory } from './memory.ts';
import { instantiate, type Imports, type WasmFunction } from '../emit/module.ts';
import { Sharing } from './sharing.ts';
import { startWorker, type WorkerHandle } from './start-worker.ts';
import { workerProgram } from './worker-program.ts';

/**
 * Helpers are started once programs have run for this many milliseconds: what is computed now and
 * then is not worth a thread.
 */
const START_AFTER_MILLISECONDS = 10;
/** Helpers that sleep are waited for by modules that take longer than this, in milliseconds. */
const WAKE_FROM_MILLISECONDS = 0.3;

/** A module that threads can run. */
export interface ThreadedModule {
  readonly run: WasmFunction;
  /** Tells it from those that were at its address before. */
  readonly number: number;
  readonly address: number;
  readonly length: number;
  readonly steps: number;
  /** Of all steps. */
  readonly tasks: number;
  /** Most threads that find something to do. */
  readonly threads: number;
  readonly sharing: Sharing;
}

/**
 * Kernels with helpers in one process. Helpers keep the memory of kernels that are no longer used until
 * the event loop turns, so that a loop which makes networks and never lets it turn must not have many.
 */
const MOST_WITH_HELPERS = 16;
let withHelpers = 0;

const workersOf = new FinalizationRegistry<readonly WorkerHandle[]>(stopAll);

function stopAll(workers: readonly WorkerHandle[]): void {
  withHelpers -= 1;
  for (const worker of workers) worker.stop();
}

/** See the top of this file. */
export class Threads {
  /** The calling thread and its helpers. */
  readonly count: number;
  /** Address of the control words. */
  readonly control: number;
  readonly imports: Imports;
  readonly #memory: WasmMemory;
  readonly #words: Int32Array;
  /** Once they are started. */
  #workers: readonly WorkerHandle[] | undefined;
  #areStopped = false;
  #loaded = 0;
  #done = 0;
  #steps = 0;
  #milliseconds = 0;
  /** Until then, helpers sleep. */
  #aloneUntil = 0;

  constructor(memory: WasmMemory, count: number) {
    this.#memory = memory;
    const bytes = controlBytes(count);
    this.control = memory.take(bytes);
    const words = new Int32Array(memory.memory.buffer, this.control, bytes / 4);
    this.#words = words;
    this.count = count;
    const base = this.control;
    this.imports = {
      memory: memory.memory,
      wait: (address, value) => {
        if (Atomics.load(words, FAILED / 4) !== 0) throw new HelperThreadError();
        waitIfAllowed(words, (address - base) / 4, value);
      },
    };
  }

  /**
   * Puts a module where all threads can read it.
   * @param tasks - how many each of its steps has.
   */
  load(bytes: Uint8Array<ArrayBuffer>, tasks: readonly number[]): ThreadedModule {
    const run = instantiate(bytes, this.imports);
    const address = this.#memory.take(bytes.length);
    new Uint8Array(this.#memory.memory.buffer, address, bytes.length).set(bytes);
    const number = ++this.#loaded;
    return {
      run,
      number,
      address,
      length: bytes.length,
      steps: tasks.length,
      tasks: tasks.reduce((sum, count) => sum + count, 0),
      threads: Math.max(...tasks),
      sharing: new Sharing(),
    };
  }

  /** Gives back a module's place. It must not be run again. */
  unload({ address }: ThreadedModule): void {
    // A helper that is late with a run, and reads the module now, must not take it for whole.
    this.#announce([0, 0, 0, 0, 0, 0]);
    this.#memory.release(address);
  }

  /** Begins a run, of which the words tell. */
  #announce(run: readonly number[]): void {
    const words = this.#words;
    words.set(run, wordsOfRun(Atomics.load(words, GENERATION / 4) + 1));
    Atomics.add(words, GENERATION / 4, 1);
  }

  /**
   * Runs a module, with the helpers that are awake; if it takes long, with all of them. It ends when all
   * is done, whoever did it.
   * @param meanwhile - what this thread does before its part, if there are helpers.
   * @throws HelperThreadError if one of them could not do its part, and in every later run.
   */
  run(module: ThreadedModule, meanwhile?: () => void): void {
    const words = this.#words;
    if (this.haveFailed) throw new HelperThreadError();
    if (this.#milliseconds >= START_AFTER_MILLISECONDS) this.start();
    const { sharing } = module;
    const began = performance.now();
    const mayShare =
      module.threads > 1 &&
      this.#workers !== undefined &&
      !this.#areStopped &&
      began >= this.#aloneUntil &&
      sharing.isWorthwhile(began);
    const worthWaking = sharing.alone > WAKE_FROM_MILLISECONDS;
    const helpers = mayShare ? Atomics.load(words, (worthWaking ? READY : AWAKE) / 4) : 0;
    const participants = 1 + bitCount(helpers);
    const [done, steps] = [this.#done, this.#steps];
    this.#done = (done + module.tasks) | 0;
    this.#steps = (steps + module.steps) | 0;
    if (mayShare) {
      const { address, length, number } = module;
      this.#announce([helpers, done, steps, address, length, number]);
      Atomics.notify(words, GENERATION / 4);
    }
    const isShared = participants > 1;
    let start = began;
    try {
      if (isShared && meanwhile) {
        meanwhile();
        start = performance.now();
      }
    } finally {
      module.run(0, participants, done, steps);
    }
    const end = performance.now();
    const milliseconds = end - start;
    if (isShared) {
      const isSlower = sharing.ranShared(milliseconds, end);
      // Short ones must not wake a helper, either, which would take the core from this thread.
      if (isSlower && worthWaking) this.#aloneUntil = sharing.aloneUntil;
    } else {
      sharing.ranAlone(milliseconds);
      if (module.threads > 1) this.#milliseconds += milliseconds;
    }
  }

  /** Starts the helpers, unless they are. Until they are ready, which takes a while, the calling thread works alone. */
  start(): void {
    if (this.#workers || this.#areStopped || this.count === 1) return;
    if (withHelpers >= MOST_WITH_HELPERS) return;
    this.#workers = Array.from({ length: this.count - 1 }, (_, number) =>
      startWorker(workerProgram, { memory: this.#memory.memory, control: this.control, number }),
    ).filter((worker) => worker !== undefined);
    if (this.#workers.length === 0) return;
    withHelpers += 1;
    workersOf.register(this, this.#workers, this);
  }

  /** Whether a helper could not do its part. */
  get haveFailed(): boolean {
    return Atomics.load(this.#words, FAILED / 4) !== 0;
  }

  /** Ends the helpers; the calling thread then works alone. */
  stop(): void {
    this.#areStopped = true;
    if (workersOf.unregister(this)) stopAll(this.#workers!);
  }
}

/** Where the words of a run begin. */
const wordsOfRun = (generation: number): number => (RUN + (generation & 1) * RUN_BYTES) / 4;

function bitCount(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}

/** Sleeps until a word changes, at most 100 ms; a page's own thread may not, and goes on at once. */
function waitIfAllowed(words: Int32Array, index: number, value: number): void {
  try {
    Atomics.wait(words, index, value, 100);
  } catch {
    // A page's main thread spins.
  }
}
