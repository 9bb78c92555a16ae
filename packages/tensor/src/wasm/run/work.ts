/**
 * A kernel call as work: calls of emitted functions, and how they can be divided, be
 * it among threads or into blocks that fit a cache. However work is divided, every number comes
 * out the same, bit for bit.
 */
import type { Code, ValueType } from '../emit/code.ts';
import type { Finish } from '../emit/contraction.ts';
import type { Tensor } from '../../tensor.ts';
import type { WindowGeometry } from '../../window-geometry.ts';
import type { Stretch } from './stretches.ts';

/** A call of an emitted function. */
export interface Call {
  /** Says all that the function's code depends on. */
  readonly key: string;
  readonly emit: (code: Code) => void;
  /** Addresses. */
  readonly values: readonly number[];
}

/** A stretch of memory, in bytes. */
export interface Span {
  readonly address: number;
  readonly bytes: number;
}

interface Touches {
  readonly name: string;
  readonly reads: readonly Span[];
  readonly writes: readonly Span[];
}

/** A max pooling: what its gradient needs to know of it. */
export interface MaxPooling {
  readonly input: Span;
  /** `[N, P, Q, K]` */
  readonly output: Tensor;
  readonly positions: Span;
  readonly geometry: WindowGeometry;
}

/**
 * The gradient of the input of a max pooling whose windows lie apart: 0 but for the winner of each
 * window.
 */
export interface Winners {
  /** Of the pooled numbers, `[N, P, Q, K]`. */
  readonly gradients: Tensor;
  /** The winner of each window, counted in all of the pooling's inputs. */
  readonly positions: Span;
  readonly pooling: WindowGeometry;
}

/** Work that can leave out the zeros of a gradient. */
interface LeavesOutZeros {
  /** The gradient that it reads, and the same work on the winners that are all it consists of. */
  readonly sparse?: {
    readonly dOutput: Span;
    fromWinners(winners: Winners): readonly Work[] | undefined;
  };
}

/** Treats every sample by itself. What it reads and writes of samples is `samples` equal parts. */
export interface SampleWork extends Touches, LeavesOutZeros {
  readonly kind: 'samples';
  readonly samples: number;
  calls(first: number, count: number): readonly Call[];
  /** How a single sample's work divides, into its output rows for example. */
  readonly parts?: {
    readonly count: number;
    calls(first: number, count: number): readonly Call[];
  };
  /** The same with a finish, writing elsewhere. */
  readonly finishedBy?: (finish: Finish, gate: Span, output: Span) => SampleWork | undefined;
  /** This work is nothing but a finish of the first thing that it reads. */
  readonly isFinish?: Finish;
  /** The same with a max pooling behind it, the results of which alone are written. */
  readonly pooledBy?: (pooling: MaxPooling) => SampleWork | undefined;
  /** This work is a max pooling. */
  readonly pooling?: MaxPooling;
  /** This work writes the gradient of the input of a max pooling. */
  readonly winners?: Winners & {
    /** The same, 0 where `pooled` is not above 0, and the work that makes it. */
    gatedBy(pooled: Tensor): { readonly work: SampleWork; readonly winners: Winners };
  };
}

/** Memory for `length` numbers that keeps its contents while a program runs. */
export type Scratch = (key: string, length: number) => Span;

/** Adds up over samples into `target`: block by block of a chunk of samples, then the chunks. */
export interface SumWork extends Touches, LeavesOutZeros {
  readonly kind: 'sum';
  readonly samples: number;
  readonly target: Span;
  /** Blocks that `samples` are to be cut into at least. */
  leastBlocks(samples: number): number;
  /** @param largest - the blocks of the chunk that has the most. */
  planned(chunks: number, largest: readonly Stretch[], scratch: Scratch): PlannedSum;
}

/** A sum whose chunks are known. */
export interface PlannedSum {
  /** The calls for one of a chunk's blocks. */
  calls(chunk: number, blocks: readonly Stretch[], block: number): readonly Call[];
  /** Adds up what came of the chunks. */
  readonly joined: UnitWork;
}

/** Computes what can be cut in pieces that are independent of each other. */
export interface UnitWork extends Touches {
  readonly kind: 'units';
  /** Its sums may start from zero instead of from what its output holds. */
  readonly adds?: boolean;
  /** Sets what it writes to zero. */
  readonly isClearing?: boolean;
  /** Nobody but other work of the same program reads what it writes. */
  readonly isPreparation?: boolean;
  /** At most `most` pieces. */
  pieces(most: number, start: 'zero' | 'c'): readonly (readonly Call[])[];
}

/** Runs in TypeScript, on the calling thread. */
export interface HostWork extends Touches {
  readonly kind: 'host';
  run(): void;
  /** Depends on nothing else that is recorded, and so runs before it. */
  readonly isEarly: boolean;
}

export type Work = SampleWork | SumWork | UnitWork | HostWork;

/** A call that sets memory to zero. */
export const clearCall = (address: number, bytes: number): Call => ({
  key: `clear ${bytes}`,
  emit: (code) => {
    code.get(code.parameters[0]!).zeroBytes(bytes);
  },
  values: [address],
});

/** Sets a span to zero. */
export const clearing = (span: Span): UnitWork => ({
  kind: 'units',
  name: 'clear',
  reads: [],
  writes: [span],
  isClearing: true,
  pieces: () => [[clearCall(span.address, span.bytes)]],
});

/** Types of the parameters of a call, all of them addresses. */
export const parameterTypes = (call: Call): ValueType[] => call.values.map((): ValueType => 'i32');

/** Whether two stretches share a byte. */
export const overlap = (a: Span, b: Span): boolean =>
  a.address < b.address + b.bytes && b.address < a.address + a.bytes;

/** Whether any of `a` shares a byte with any of `b`. */
export const anyOverlap = (a: readonly Span[], b: readonly Span[]): boolean =>
  a.some((one) => b.some((other) => overlap(one, other)));

/** Whether any of `spans` shares a byte with another. */
export const overlaps = (spans: readonly Span[], span: Span): boolean =>
  spans.some((other) => overlap(other, span));

/** Whether two stretches are one. */
export const isSame = (a: Span, b: Span): boolean => a.address === b.address && a.bytes === b.bytes;

/** Memory of a typed array. */
export const spanOf = (array: {
  readonly byteOffset: number;
  readonly byteLength: number;
}): Span => ({
  address: array.byteOffset,
  bytes: array.byteLength,
});

/** Address of sample `first` of a span that holds `samples` of them. */
export const sampleAddress = (span: Span, samples: number, first: number): number =>
  span.address + (span.bytes / samples) * first;
