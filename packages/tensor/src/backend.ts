/** Which implementation of the kernels to compute with: three rungs, the fastest that runs. */
import { ConvnetError } from './errors.ts';
import { checkOptions, choiceOption, integerOption } from './options.ts';
import type { Arithmetic } from './wasm/kernels/arithmetic.ts';
import { Engine, type WasmRung } from './wasm/run/engine.ts';
import { hardwareThreads } from './wasm/run/start-worker.ts';
import { supportsWasm } from './wasm/run/support.ts';

/**
 * `relaxed`: WebAssembly with fused multiply-add. `simd`: WebAssembly that rounds as float32 does,
 * the same on every machine. `reference`: plain TypeScript. `auto`: the first of these that the
 * engine runs.
 */
export type Backend = 'auto' | WasmRung | 'reference';

/** A backend that this engine cannot run. */
export class BackendError extends ConvnetError {
  override readonly name = 'BackendError';
  override readonly code = 'unsupported';
}

const rungs = ['relaxed', 'simd'] as const;

/** Options of `createKernels`. */
export interface KernelOptions {
  /**
   * Threads to compute with, the calling one among them, 1 to 32. Default: as many as the machine
   * runs at once, at most 8. Results do not depend on it. Where threads cannot share memory, as
   * in a page that is not cross-origin isolated, the calling one works alone.
   */
  readonly threads?: number | undefined;
  /**
   * `fast`: convolutions by kernels of 3 × 3, stride 1 and at least eight channels and filters are
   * computed by tiles (Winograd), with a quarter of the multiplications: some bits differ, by about
   * 1e-6 of the largest output, and a value that is not finite reaches all outputs of its tiles,
   * of up to 4 × 4. `direct`: as their definition says. Default: `fast`. The reference is always direct.
   */
  readonly arithmetic?: Arithmetic | undefined;
}

const MOST_THREADS = 32;
const MOST_THREADS_BY_DEFAULT = 8;

/**
 * An engine that computes `backend`; undefined for the reference.
 * @throws BackendError if this engine lacks what the backend needs.
 * @throws OptionError if `threads` is not a whole number from 1 to 32, or `arithmetic` is unknown.
 */
export function engineFor(backend: Backend, options: KernelOptions): Engine | undefined {
  checkOptions(options, 'threads arithmetic', 'createKernels');
  const { threads = Math.min(hardwareThreads(), MOST_THREADS_BY_DEFAULT) } = options;
  integerOption(threads, { least: 1, most: MOST_THREADS }, 'createKernels threads');
  const { arithmetic = 'fast' } = options;
  choiceOption(arithmetic, ['fast', 'direct'], 'createKernels arithmetic');
  if (backend === 'reference') return undefined;
  const rung = backend === 'auto' ? rungs.find(supportsWasm) : backend;
  if (rung === undefined) return undefined;
  if (supportsWasm(rung)) return joinEngine(rung, threads);
  const need = rung === 'relaxed' ? 'relaxed SIMD, as Node 22 has,' : 'SIMD';
  throw new BackendError(
    `backend ${rung}: expected an engine with WebAssembly ${need} and shared memory; this one lacks them. Choose auto or reference.`,
  );
}

/**
 * The engine made last. It is held until the code that made it has ended, then weakly: a weak reference
 * made at once would hold each engine of a loop as long.
 */
let last: Engine | WeakRef<Engine> | undefined;

function holdWeakly(): void {
  if (last instanceof Engine) last = new WeakRef(last);
}

/**
 * The engine of disposed kernels. Until the code that disposed of them has ended, it is there for the
 * next ones: a loop over networks then has one memory, and starts its threads once.
 */
let idle: Engine | undefined;

function endIdle(): void {
  idle?.threads.stop();
  idle = undefined;
}

/** To be called when kernels of `engine` are disposed. */
export function leaveEngine(engine: Engine): void {
  engine.users -= 1;
  if (engine.users > 0) return;
  if (engine.threads.haveFailed) {
    engine.threads.stop();
    return;
  }
  engine.reset();
  endIdle();
  idle = engine;
  queueMicrotask(endIdle);
}

/** An engine for kernels that are made. */
export function joinEngine(rung: WasmRung, threads: number): Engine {
  const engine = idleEngine(rung, threads) ?? newOrSharedEngine(rung, threads);
  engine.users += 1;
  return engine;
}

function idleEngine(rung: WasmRung, threads: number): Engine | undefined {
  if (idle?.rung !== rung || idle.threads.count !== threads) return undefined;
  const engine = idle;
  idle = undefined;
  return engine;
}

/** A new engine; or the last one, where there is no memory for another: Chromium has 124 at a time. */
function newOrSharedEngine(rung: WasmRung, threads: number): Engine {
  try {
    last = new Engine(rung, threads);
    queueMicrotask(holdWeakly);
    return last;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const living = last instanceof Engine ? last : last?.deref();
    if (living?.rung === rung) return living;
    throw error;
  }
}
