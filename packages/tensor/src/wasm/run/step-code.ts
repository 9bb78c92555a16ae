/**
 * How threads divide the tasks of a step. Thread t of T owns the tasks t, t + T, t + 2 T, …. It does its
 * own, then those of the others that these have not begun, and then waits for what they have begun.
 *
 * A thread's queue is one i64: the number of a step, and below it the first task of the thread that
 * nobody has taken. To take a task is to exchange the i64 for the one of the next. Who comes late finds
 * the number of a later step, and takes nothing.
 */
import type { Code, Local } from '../emit/code.ts';
import { WAIT } from '../emit/module.ts';
import { DONE, QUEUE_BYTES, QUEUES } from './control-words.ts';

/** Looks at the other threads' progress this many times before it sleeps. */
const SPINS = 100_000;

/** Who is at which step. */
export interface AtStep {
  readonly thread: Local;
  /** How many there are. */
  readonly threads: Local;
  /** The step's number; after 2³² they begin again, so that only the distance of two tells. */
  readonly step: Local;
  /** What DONE is when the step is over; it goes round, too. */
  readonly done: Local;
}

/**
 * Emits a step of `count` tasks.
 * @param control - address of the threads' control words.
 */
export function emitStep(
  code: Code,
  control: number,
  at: AtStep,
  count: number,
  emitTask: (task: Local) => void,
): void {
  const own = code.local('i32');
  code.i32(0).set(own);
  code.get(at.threads).i32(1).op('i32Eq');
  code.when(() => {
    // Alone: there is nobody to agree with.
    code.loop(() => {
      emitTask(own);
      code.advance(own, 1).get(own).i32(count).op('i32LtS');
    });
  });
  code.get(own).i32(1).op('i32LtS');
  code.when(() => {
    emitTaking(code, control + QUEUES, at, count, (task) => {
      emitTask(task);
      code.advance(own, 1);
    });
  });
  emitBarrier(code, control + DONE, own, at.done);
}

/** Emits: goes through the queues, from the thread's own on, and takes what there is. */
function emitTaking(
  code: Code,
  queues: number,
  { thread, threads, step }: AtStep,
  count: number,
  emitTask: (task: Local) => void,
): void {
  const [owner, left] = [code.copy(thread), code.copy(threads)];
  const [queue, task] = [code.local('i32'), code.local('i32')];
  const word = code.local('i64');
  const stepOf = (of: Local): Code =>
    code.get(of).i32(32).op('i64ExtendI32U', 'i64ShrU', 'i32WrapI64');
  const getNextWord = (): void => {
    code.get(step).op('i64ExtendI32U').i32(32).op('i64ExtendI32U', 'i64Shl');
    code.get(task).get(threads).op('i32Add', 'i64ExtendI32U', 'i64Or');
  };
  const isTask = (): Code => code.get(task).i32(count).op('i32LtS');
  code.loop(() => {
    code.get(owner).i32(Math.log2(QUEUE_BYTES)).op('i32Shl').i32(queues).op('i32Add').set(queue);
    code.loop(() => {
      code.get(queue).atomic('load64').set(word);
      // None, if the queue is at a later step; the first, if at an earlier one; else what it says.
      code.i32(count).set(task);
      stepOf(word).get(step).op('i32Eq');
      code.when(() => {
        code.get(word).op('i32WrapI64').set(task);
      });
      stepOf(word).get(step).op('i32Sub').i32(0).op('i32LtS');
      code.when(() => {
        code.assign(task, owner);
      });
      isTask();
      code.when(() => {
        code.get(queue).get(word);
        getNextWord();
        code.atomic('compareExchange64').get(word).op('i64Eq');
        code.when(() => {
          emitTask(task);
        });
      });
      isTask();
    });
    code.advance(owner, 1).get(owner).get(threads).op('i32GeS');
    code.when(() => {
      code.i32(0).set(owner);
    });
    code.advance(left, -1).get(left);
  });
}

/** Emits: adds to the counter at `address`, and waits until it has reached `target`. */
function emitBarrier(code: Code, address: number, added: Local, target: Local): void {
  const [done, spins] = [code.local('i32'), code.local('i32')];
  code.get(added);
  code.when(() => {
    code.i32(address).get(added).atomic('add').get(added).op('i32Add').get(target).op('i32Eq');
    code.when(() => {
      code.i32(address).i32(-1).atomic('notify').op('drop');
    });
  });
  code.i32(0).set(spins);
  const isMissing = (): void => {
    code.i32(address).atomic('load').set(done);
    code.get(done).get(target).op('i32Sub').i32(0).op('i32LtS');
  };
  isMissing();
  code.when(() => {
    code.loop(() => {
      code.advance(spins, 1).get(spins).i32(SPINS).op('i32GeS');
      code.when(() => {
        code.i32(address).get(done).call(WAIT, ['i32', 'i32']);
      });
      isMissing();
    });
  });
}
