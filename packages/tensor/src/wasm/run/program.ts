/**
 * A recorded program: one WebAssembly module with all the functions that its calls need, and a
 * last one that makes those calls. Every thread runs that one; it does the thread's share of each
 * step's tasks, then what others have not begun of theirs, and waits for what they have begun before the
 * next step. So nobody waits for a thread that has no core: it finds its tasks done.
 */
import { StateError } from '../../errors.ts';
import type { Program } from '../../kernels.ts';
import { Code, type Local } from '../emit/code.ts';
import { FIRST_FUNCTION, moduleBytes } from '../emit/module.ts';
import type { Section, Step } from './schedule.ts';
import { emitStep } from './step-code.ts';
import type { ThreadedModule, Threads } from './threads.ts';
import { parameterTypes, type Call, type HostWork } from './work.ts';

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
      const tasks = section.steps.map((step) => step.length);
      const module = moduleOf(section.steps, threads.control);
      return threads.load(module, tasks);
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
 * The module of some steps; its export takes a thread's number, the count of threads, and DONE and the
 * number of the step before the first.
 * @param control - address of the threads' control words.
 */
function moduleOf(steps: readonly Step[], control: number): Uint8Array<ArrayBuffer> {
  const functions: Code[] = [];
  const indices = new Map<string, number>();
  const add = (code: Code): number => FIRST_FUNCTION + functions.push(code) - 1;
  const functionFor = (call: Call): number => {
    let index = indices.get(call.key);
    if (index === undefined) {
      const code = Code.begin(parameterTypes(call), call.key);
      call.emit(code);
      index = add(code);
      indices.set(call.key, index);
    }
    return index;
  };
  const stepFunctions = steps.map((step) => {
    const code = Code.begin(['i32'], 'step');
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
  const main = Code.begin(['i32', 'i32', 'i32', 'i32'], 'program');
  const [thread, threads, done, number] = main.parameters as [Local, Local, Local, Local];
  const at = { thread, threads, done: main.copy(done), step: main.copy(number) };
  for (const [i, step] of steps.entries()) {
    main.advance(at.done, step.length).advance(at.step, 1);
    emitStep(main, control, at, step.length, (task) => {
      main.get(task).call(stepIndices[i]!, ['i32']);
    });
  }
  add(main);
  return moduleBytes(functions);
}
