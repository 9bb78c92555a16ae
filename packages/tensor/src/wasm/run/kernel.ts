/**
 * How a kernel is called: as work in WebAssembly, if all that it touches lies in the engine's memory
 * and there is code for it; else as the reference computes it.
 */
import { StateError } from '../../errors.ts';
import { isTensor, type Tensor } from '../../tensor.ts';
import type { Engine } from './engine.ts';
import { spanOf, type HostWork, type Work } from './work.ts';

/** Data that kernels read and write. */
type KernelArray = Tensor | Int32Array | Uint8Array;

/** The code for a kernel; none for shapes or number types that it does not cover. */
export type Lowered = Work | readonly Work[] | undefined;

const isArray = (value: unknown): value is KernelArray =>
  isTensor(value) || ArrayBuffer.isView(value);

/** The arrays among the arguments of a kernel. */
function arraysAmong(args: readonly unknown[]): KernelArray[] {
  return args.flatMap((arg) =>
    isArray(arg) ? [arg] : Array.isArray(arg) ? arg.filter(isArray) : [],
  );
}

/** Submits work for the arrays that it touches, or what the reference does with them. */
export function submit(
  engine: Engine,
  name: string,
  arrays: readonly KernelArray[],
  lower: () => Lowered,
  reference: () => void,
): void {
  const lowered = engine.holds(arrays) ? lower() : undefined;
  const works = lowered ?? onHost(engine, name, arrays, reference);
  engine.submit(Array.isArray(works) ? (works as readonly Work[]) : [works as Work]);
}

/**
 * Work in TypeScript on `arrays`, such as the reference does; it stands between other work. What
 * it does with each array is not told, so it counts as read and written.
 */
export function onHost(
  engine: Engine,
  name: string,
  arrays: readonly KernelArray[],
  run: () => void,
): HostWork {
  const touched = arrays
    .map((array) => ('data' in array ? array.data : array))
    .filter((array) => engine.memory.holds(array))
    .map(spanOf);
  return { kind: 'host', name, reads: touched, writes: touched, isEarly: false, run };
}

/** Kernels that are made without those in plain TypeScript, or without this one. */
export function refuse(name: string): never {
  throw new StateError(
    `kernels ${name}: expected kernels of @convnet/convnet/inference/all; these are what one network needs.`,
  );
}

/** The kernels of an engine, each from its name, its reference and the work that computes it. */
export class KernelMaker {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /**
   * @param reference - without it, what WebAssembly does not compute is refused.
   * @param arrays - what it touches, where its arguments are no arrays or lists of them.
   */
  kernel<Args extends readonly unknown[]>(
    name: string,
    reference: ((...args: Args) => void) | undefined,
    lower: (...args: Args) => Lowered = () => undefined,
    arrays: (...args: Args) => readonly KernelArray[] = (...args) => arraysAmong(args),
  ): (...args: Args) => void {
    return (...args) => {
      submit(
        this.#engine,
        name,
        arrays(...args),
        () => lower(...args),
        () => {
          (reference ?? refuse.bind(undefined, name))(...args);
        },
      );
    };
  }
}
