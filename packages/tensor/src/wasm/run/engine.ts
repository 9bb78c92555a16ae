/**
 * The parts that WebAssembly kernels share: a memory, the functions emitted so far, and the recording that
 * may be going on. Work that is submitted runs at once on the calling thread, or is written down
 * to become part of a program.
 */
import type { Program } from '../../kernels.ts';
import type { Tensor } from '../../tensor.ts';
import { Code } from '../emit/code.ts';
import { fusedMultiplyAdd, multiplyThenAdd, type MultiplyAdd } from '../emit/contraction.ts';
import { WasmMemory } from './memory.ts';
import { instantiate, moduleBytes, type WasmFunction } from '../emit/module.ts';
import { RecordedProgram, type Age } from './program.ts';
import { scheduled, type Section, type Simplification } from './schedule.ts';
import { Threads } from './threads.ts';
import {
  parameterTypes,
  type Call,
  type SampleWork,
  type Span,
  type UnitWork,
  type Work,
} from './work.ts';

/**
 * Which instructions are used: `simd` rounds after each multiplication and addition, `relaxed`
 * fuses the two and needs relaxed SIMD (V8 since 2023; Node 22, or a flag).
 */
export type WasmRung = 'relaxed' | 'simd';

interface Recording {
  readonly works: Work[];
  /** How often each kind of scratch memory was asked for. */
  readonly scratches: Map<string, number>;
}

/** Functions kept for calls that are not recorded; where these come in ever new sizes, they are emitted anew. */
const MOST_FUNCTIONS = 1024;

/** See the top of this file. */
export class Engine {
  readonly rung: WasmRung;
  readonly multiplyAdd: MultiplyAdd;
  readonly memory = new WasmMemory();
  readonly threads: Threads;
  /** Kernels that compute with it. */
  users = 0;
  /** What the kernels know about their work. */
  simplified: Simplification = (works) => works;
  readonly #functions = new Map<string, WasmFunction>();
  readonly #scratch = new Map<string, Float32Array>();
  /** Blocks that the work being submitted touches, by their addresses; they are held until it ends. */
  #held = new Set<number>();
  #recording: Recording | undefined;
  #age: Age = { isOver: false };

  constructor(rung: WasmRung, threadCount: number) {
    this.rung = rung;
    this.multiplyAdd = rung === 'relaxed' ? fusedMultiplyAdd : multiplyThenAdd;
    this.threads = new Threads(this.memory, threadCount);
  }

  /** Gives everything back, for the next network. Recorded programs and tensors must not be used any more. */
  reset(): void {
    this.#age.isOver = true;
    this.#age = { isOver: false };
    this.#scratch.clear();
    this.memory.releaseAllBut(this.threads.control);
  }

  /** Whether all tensors, indices and bytes lie in this memory. */
  holds(arrays: readonly (Tensor | Int32Array | Uint8Array)[]): boolean {
    return arrays.every((array) => this.memory.holds('data' in array ? array.data : array));
  }

  /**
   * Memory for `length` numbers, zeros at first, that keeps its contents: two calls with one key
   * and nothing recorded between them get the same. `length` may vary with the samples; what must grow
   * grows by half at least.
   */
  scratch(key: string, length: number): Span {
    const used = this.#recording?.scratches.get(key) ?? 0;
    this.#recording?.scratches.set(key, used + 1);
    const name = `${key} #${used}`;
    let floats = this.#scratch.get(name);
    if (!floats || floats.length < length) {
      const outgrown = floats;
      floats = this.memory.floats(Math.max(length, Math.ceil(1.5 * (outgrown?.length ?? 0))));
      if (outgrown) this.memory.release(outgrown.byteOffset);
      this.#scratch.set(name, floats);
    }
    this.#hold(floats.byteOffset);
    return { address: floats.byteOffset, bytes: length * Float32Array.BYTES_PER_ELEMENT };
  }

  /** Zeros for the work that is submitted next, or for the program that it becomes part of. */
  ownIntegers(length: number): Int32Array {
    const integers = this.memory.integers(length);
    this.#hold(integers.byteOffset);
    this.memory.release(integers.byteOffset);
    return integers;
  }

  /** Runs work, or records it. */
  submit(works: readonly Work[]): void {
    if (this.#recording) {
      this.#recording.works.push(...works);
      const spans = works.flatMap(({ reads, writes }) => [...reads, ...writes]);
      for (const { address } of spans) this.#hold(address);
      return;
    }
    try {
      for (const work of works) this.#runNow(work);
    } finally {
      this.#letGo(this.#heldSoFar());
    }
  }

  /** Memory that is given back stays what it is for as long as a program works on it. */
  #hold(address: number): void {
    const block = this.memory.blockOf(address);
    if (this.#held.has(block)) return;
    this.#held.add(block);
    this.memory.hold(block);
  }

  #heldSoFar(): ReadonlySet<number> {
    const held = this.#held;
    this.#held = new Set();
    return held;
  }

  #letGo(blocks: ReadonlySet<number>): void {
    for (const block of blocks) this.memory.letGo(block);
  }

  /** See {@link Kernels.record}. */
  record(steps: () => void): Program {
    if (this.#recording) throw new Error('record: expected no recording within another.');
    this.#recording = { works: [], scratches: new Map() };
    try {
      steps();
      const sections = this.#planned(this.#recording.works, this.threads.count);
      const held = this.#heldSoFar();
      return new RecordedProgram(this.threads, sections, this.#age, () => {
        this.#letGo(held);
      });
    } finally {
      this.#recording = undefined;
      this.#letGo(this.#heldSoFar());
    }
  }

  #planned(works: readonly Work[], threadCount: number): Section[] {
    return scheduled(works, {
      threadCount,
      scratch: (key, length) => this.scratch(key, length),
      simplified: this.simplified,
    });
  }

  #runNow(work: Work): void {
    if (work.kind === 'host') work.run();
    else if (work.kind === 'sum') {
      for (const section of this.#planned([work], 1))
        if ('steps' in section) this.#runCalls(section.steps.flat(2));
    } else this.#runCalls(allCalls(work));
  }

  #runCalls(calls: readonly Call[]): void {
    for (const call of calls) this.#function(call)(...call.values);
  }

  #function(call: Call): WasmFunction {
    let run = this.#functions.get(call.key);
    if (!run) {
      const code = Code.begin(parameterTypes(call), call.key);
      call.emit(code);
      run = instantiate(moduleBytes([code]), this.threads.imports);
      if (this.#functions.size === MOST_FUNCTIONS) this.#functions.clear();
      this.#functions.set(call.key, run);
    }
    return run;
  }
}

/** The calls of undivided work. */
function allCalls(work: SampleWork | UnitWork): readonly Call[] {
  if (work.kind === 'samples') return work.calls(0, work.samples);
  return work.pieces(1, work.adds ? 'c' : 'zero').flat();
}
