/**
 * Code for expressions over tensors, four elements at a time, in float32. The places of a tensor
 * are walked as `rows` of `channels`; an operand that is repeated is loaded again, or once, where
 * others move on. Every result is made by the same operations on every engine.
 */
import type { Repetition } from '../../operands.ts';
import type { Code, Local, PlainInstruction } from './code.ts';
import { emitExp } from './exponential.ts';
import { emitLog } from './logarithm.ts';
import { emitOddQuotient, ERF, TANH } from './odd-quotient.ts';
import type { Operation, Steps } from './expression-steps.ts';
import { FLOAT, loadVector } from './vector-access.ts';

/** How an operand is read. */
export type Access = Repetition | 'element';

const instructions = {
  add: 'f32x4Add',
  subtract: 'f32x4Sub',
  multiply: 'f32x4Mul',
  divide: 'f32x4Div',
  maximum: 'f32x4Max',
  minimum: 'f32x4Min',
  atLeast: 'f32x4Pmax',
  atMost: 'f32x4Pmin',
  sqrt: 'f32x4Sqrt',
  abs: 'f32x4Abs',
} as const satisfies Partial<Record<Operation, PlainInstruction>>;

/** Emits an operation on values that were computed before. */
function emitOperation(code: Code, kind: Operation, of: readonly Local[]): Local {
  if (kind === 'exp') return emitExp(code, of[0]!);
  if (kind === 'log') return emitLog(code, of[0]!);
  if (kind === 'tanh') return emitOddQuotient(code, of[0]!, TANH);
  if (kind === 'erf') return emitOddQuotient(code, of[0]!, ERF);
  return code.keep(() => {
    if (kind === 'select') {
      const [a, b, then, otherwise] = of as [Local, Local, Local, Local];
      code.get(then).get(otherwise).get(a).get(b).op('f32x4Gt', 'v128Bitselect');
      return;
    }
    for (const part of of) code.get(part);
    code.op(instructions[kind]);
  });
}

/** Emits constants once, to be used by every {@link emitSteps}. */
export function emitConstants(code: Code, { steps }: Steps): Map<number, Local> {
  const constants = new Map<number, Local>();
  for (const [number, step] of steps.entries()) {
    if (step.kind !== 'constant') continue;
    constants.set(
      number,
      code.keep(() => code.splat(step.value)),
    );
  }
  return constants;
}

/** Emits the steps for one vector; gives the expressions' values. */
export function emitSteps(
  code: Code,
  { steps, results }: Steps,
  constants: ReadonlyMap<number, Local>,
  operand: (index: number) => Local,
): Local[] {
  const values: Local[] = [];
  for (const [number, step] of steps.entries()) {
    if (step.kind === 'operand') values.push(operand(step.index));
    else if (step.kind === 'constant') values.push(constants.get(number)!);
    else {
      const of = step.of.map((part) => values[part]!);
      values.push(emitOperation(code, step.kind, of));
    }
  }
  return results.map((number) => values[number]!);
}

/** The operands of a kernel while its code is emitted, and how they move from place to place. */
export class OperandPointers {
  readonly #code: Code;
  readonly #channels: number;
  readonly #operands: readonly {
    readonly access: Access;
    /** Where the next element, or the row's first, is. */
    readonly base: Local;
    /** Where the next element is. */
    readonly at: Local;
    /** The value, where it stays the same for a row or for all. */
    readonly value: Local;
  }[];

  /** Operands whose addresses are the code's first parameters. */
  constructor(code: Code, accesses: readonly Access[], channels: number) {
    this.#code = code;
    this.#channels = channels;
    this.#operands = accesses.map((access, i) => {
      const base = code.parameters[i]!;
      const isRepeatedInRows = access === 'channel' || access === 'imageChannel';
      const at = isRepeatedInRows ? code.local('i32') : base;
      const value = code.local('v128');
      if (access === 'single') code.get(base).access('v128Load32Splat', 0).set(value);
      return { access, base, at, value };
    });
  }

  /** Begins a row: what is repeated in every row is read from its beginning. */
  beginRow(): void {
    for (const { access, base, at, value } of this.#operands) {
      if (at !== base) this.#code.assign(at, base);
      if (access !== 'row') continue;
      this.#code.get(base).access('v128Load32Splat', 0).set(value).advance(base, FLOAT);
    }
  }

  /** Ends a sample, where each has its own channels. */
  endSample(): void {
    for (const { access, base } of this.#operands) {
      if (access === 'imageChannel') this.#code.advance(base, this.#channels * FLOAT);
    }
  }

  /** Moves along the row. */
  advance(floats: number): void {
    for (const { access, at } of this.#operands) {
      if (access === 'single' || access === 'row') continue;
      this.#code.advance(at, floats * FLOAT);
    }
  }

  /** Loads operands on their first use at a place `offset` floats from here. */
  loader(offset: number, width: number): (index: number) => Local {
    return (index) => {
      const { access, at, value } = this.#operands[index]!;
      if (access === 'single' || access === 'row') return value;
      return this.#code.keep(() => {
        loadVector(this.#code, at, offset * FLOAT, width);
      });
    };
  }
}
