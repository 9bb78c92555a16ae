/**
 * The program of a helping thread, as a text that depends on nothing around it. The words that it
 * reads are described in `control-words.ts`.
 */
import { AWAKE, DONE, FAILED, GENERATION, JOINED, READY, RUN, RUN_BYTES } from './control-words.ts';

/** Milliseconds that a thread looks for the next run before it sleeps. */
const SPIN_MILLISECONDS = 1;
/** Programs that a thread keeps ready: those that it loaded last. Networks run some ten in turn. */
const MOST_PROGRAMS = 40;
/** Looks at the clock once in this many turns; a power of two. */
const TURNS = 1024;

/**
 * Plain JavaScript for a worker of Node or of a browser. A run raises the generation, and is seen or
 * ends the thread's sleep. If a later one has begun, the one that was seen has ended, and its words and
 * its module may be lost. Whether it has is seen by adding 0: what is read before a load might be read
 * after it; not so before an addition.
 */
export const workerProgram = `'use strict';
const serve = ({ memory, control, number }) => {
  const words = new Int32Array(memory.buffer, control);
  const me = 1 << number;
  const programs = new Map();
  const imports = {
    i: {
      memory,
      wait(address, value) {
        if (Atomics.load(words, ${FAILED / 4})) throw new Error('another thread failed');
        Atomics.wait(words, (address - control) / 4, value, 100);
      },
    },
  };
  const load = (bytes, number) => {
    const program = new WebAssembly.Instance(new WebAssembly.Module(bytes), imports).exports.f;
    programs.set(number, program);
    if (programs.size > ${MOST_PROGRAMS}) programs.delete(programs.keys().next().value);
    return program;
  };
  let seen = Atomics.load(words, ${GENERATION / 4});
  Atomics.or(words, ${READY / 4}, me);
  for (;;) {
    Atomics.or(words, ${AWAKE / 4}, me);
    const enough = performance.now() + ${SPIN_MILLISECONDS};
    let turns = 0;
    while (
      Atomics.load(words, ${GENERATION / 4}) === seen &&
      (++turns % ${TURNS} !== 0 || performance.now() < enough)
    );
    if (Atomics.load(words, ${GENERATION / 4}) === seen) {
      Atomics.and(words, ${AWAKE / 4}, ~me);
      Atomics.wait(words, ${GENERATION / 4}, seen);
    }
    seen = Atomics.load(words, ${GENERATION / 4});
    const run = ${RUN / 4} + (seen & 1) * ${RUN_BYTES / 4};
    const [helpers, done, steps, address, length, module] = [0, 1, 2, 3, 4, 5].map((i) =>
      Atomics.load(words, run + i),
    );
    if (Atomics.load(words, ${GENERATION / 4}) !== seen || !(helpers & me)) continue;
    let bytes;
    if (!programs.has(module)) {
      bytes = new Uint8Array(memory.buffer, address, length).slice();
      if (Atomics.add(words, ${GENERATION / 4}, 0) !== seen) continue;
    }
    Atomics.add(words, ${JOINED / 4}, 1);
    let thread = 1;
    let count = 1;
    for (let bit = 0; bit < 31; bit++) {
      if (!(helpers & (1 << bit))) continue;
      if (bit < number) thread += 1;
      count += 1;
    }
    try {
      (programs.get(module) ?? load(bytes, module))(thread, count, done, steps);
    } catch {
      Atomics.store(words, ${FAILED / 4}, 1);
      Atomics.notify(words, ${DONE / 4});
      return;
    }
  }
};
const node = globalThis.process?.getBuiltinModule?.('node:worker_threads');
if (node) serve(node.workerData);
else onmessage = ({ data }) => serve(data);
`;
