/**
 * A recorded program: one WebAssembly module with all the functions that its calls need, and a
 * last one that makes those calls. Every thread runs that one; it does the thread's share of each
 * step's tasks and waits for the others before the next.
 */
import { StateError } from '../../errors.ts';
import type { Program } from '../../kernels.ts';
import { ARRIVED } from './control-words.ts';
import { Code, type Local } from '../emit/code.ts';
import { FIRST_FUNCTION, moduleBytes, WAIT } from '../emit/module.ts';
import type { Section, Step } from './schedule.ts';
import type { ThreadedModule, Threads } from './threads.ts';
import { parameterTypes, type Call, type HostWork } from './work.ts';

/** Looks at the other threads' progress this many times before it sleeps. */
const SPINS = 100_000;

/** The time between two uses of a memory for different networks; a program lasts no longer. */
export interface Age {
  isOver: boolean;
}

/** See the top of this file. */
export class RecordedProgram implements Program {
  readonly onReference: readonly string[];
  readonly #threads: Threads;
  readonly #age: Age;
  readonly #letGo: () => void;
  #sections: readonly (HostWork | ThreadedModule)[] | undefined;

  /** @param letGo - of the memory that the sections touch. */
  constructor(threads: Threads, sections: readonly Section[], age: Age, letGo: () => void) {
    this.#threads = threads;
    this.#age = age;
    this.#letGo = letGo;
    this.onReference = sections.flatMap((section) =>
      'host' in section && !section.host.isEarly ? [section.host.name] : [],
    );
    this.#sections = sections.map((section) => {
      if ('host' in section) return section.host;
      const most = Math.max(...section.steps.map((step) => step.length));
      const module = moduleOf(section.steps, threads.control);
      return threads.load(module, section.steps.length, most);
    });
  }

  run(): void {
    if (!this.#sections || this.#age.isOver) {
      throw new StateError('run: expected a program that is not released. Record it again.');
    }
    for (const section of this.#sections) {
      if ('kind' in section) section.run();
      else this.#threads.run(section);
    }
  }

  release(): void {
    const sections = this.#sections;
    this.#sections = undefined;
    if (!sections || this.#age.isOver) return;
    for (const section of sections) if (!('kind' in section)) this.#threads.unload(section);
    this.#letGo();
  }
}

/**
 * The module of some steps; its export takes a thread's number, their count, and a base.
 * @param control - address of the threads' control words.
 */
function moduleOf(steps: readonly Step[], control: number): Uint8Array<ArrayBuffer> {
  const functions: Code[] = [];
  const indices = new Map<string, number>();
  const add = (code: Code): number => FIRST_FUNCTION + functions.push(code) - 1;
  const functionFor = (call: Call): number => {
    let index = indices.get(call.key);
    if (index === undefined) {
      const code = new Code(parameterTypes(call), call.key);
      call.emit(code);
      index = add(code);
      indices.set(call.key, index);
    }
    return index;
  };
  const stepFunctions = steps.map((step) => {
    const code = new Code(['i32'], 'step');
    for (const [number, task] of step.entries()) {
      code.get(code.parameters[0]!).i32(number).op('i32Eq');
      code.when(() => {
        for (const call of task) {
          for (const value of call.values) code.i32(value);
          code.call(functionFor(call), parameterTypes(call));
        }
      });
    }
    return code;
  });
  const stepIndices = stepFunctions.map(add);
  const main = new Code(['i32', 'i32', 'i32'], 'program');
  const [thread, threads, base] = main.parameters as [Local, Local, Local];
  const [task, target] = [main.local('i32'), main.local('i32')];
  main.assign(target, base);
  for (const [i, step] of steps.entries()) {
    // Thread t of T does the tasks t, t + T, t + 2 T, …
    main.assign(task, thread).get(task).i32(step.length).op('i32LtS');
    main.when(() => {
      main.loop(() => {
        main.get(task).call(stepIndices[i]!, ['i32']);
        main.get(task).get(threads).op('i32Add').set(task);
        main.get(task).i32(step.length).op('i32LtS');
      });
    });
    main.get(target).get(threads).op('i32Add').set(target);
    emitBarrier(main, control + ARRIVED, target);
  }
  add(main);
  return moduleBytes(functions);
}

/** Waits until the counter at `address`, raised once by every thread, has reached `target`. */
function emitBarrier(code: Code, address: number, target: Local): void {
  const [arrived, spins] = [code.local('i32'), code.local('i32')];
  code.i32(address).i32(1).atomic('add').i32(1).op('i32Add').set(arrived);
  code.get(arrived).get(target).op('i32Eq');
  code.when(() => {
    code.i32(address).i32(-1).atomic('notify').op('drop');
  });
  code.i32(0).set(spins);
  const isMissing = (): void => {
    // The counter goes round after 2³² arrivals, so that only its distance tells.
    code.i32(address).atomic('load').set(arrived);
    code.get(arrived).get(target).op('i32Sub').i32(0).op('i32LtS');
  };
  isMissing();
  code.when(() => {
    code.loop(() => {
      code.advance(spins, 1).get(spins).i32(SPINS).op('i32GeS');
      code.when(() => {
        code.i32(address).get(arrived).call(WAIT, ['i32', 'i32']);
      });
      isMissing();
    });
  });
}
