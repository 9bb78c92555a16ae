/**
 * The functions that were emitted so far, and the memory that they work on. A function is emitted
 * and compiled when its shapes are first met, and kept.
 */
import type { Tensor } from '../tensor.ts';
import { Code, type ValueType } from './code.ts';
import { compile, type WasmFunction } from './compile.ts';
import {
  emitContraction,
  fusedMultiplyAdd,
  multiplyThenAdd,
  type Contraction,
} from './contraction.ts';
import { emitElementwise, type Elementwise } from './elementwise.ts';
import { WasmMemory } from './memory.ts';
import { emitStridedCopy, type CopyLoop } from './strided-copy.ts';

/**
 * Which instructions are used: `simd` rounds after each multiplication and addition, `relaxed`
 * fuses the two and needs relaxed SIMD (V8 since 2023; Node 22, or a flag).
 */
export type WasmRung = 'relaxed' | 'simd';

/** Types of `count` parameters that are addresses. */
export const addresses = (count: number): ValueType[] => new Array<ValueType>(count).fill('i32');

/** Emits, keeps and runs functions of one rung on one memory. */
export class EmittedFunctions {
  readonly memory = new WasmMemory();
  readonly #rung: WasmRung;
  readonly #functions = new Map<string, WasmFunction>();
  readonly #scratch = new Map<string, number>();

  constructor(rung: WasmRung) {
    this.#rung = rung;
  }

  /** Whether all tensors lie in this memory. */
  holds(...tensors: readonly Tensor[]): boolean {
    return tensors.every(({ data }) => this.memory.holds(data));
  }

  /** Runs a function; `emit` writes its code the first time that `key` is met. */
  run(
    key: string,
    parameters: readonly ValueType[],
    emit: (code: Code) => void,
    values: readonly number[],
  ): void {
    let run = this.#functions.get(key);
    if (!run) {
      const code = new Code(parameters);
      emit(code);
      run = compile(code, this.memory.memory);
      this.#functions.set(key, run);
    }
    run(...values);
  }

  /** Runs a contraction on three addresses, and a fourth where it starts from a bias. */
  contract(spec: Contraction, [a, b, c]: readonly [number, number, number], bias = 0): void {
    const multiplyAdd = this.#rung === 'relaxed' ? fusedMultiplyAdd : multiplyThenAdd;
    const emit = (code: Code): void => {
      emitContraction(code, spec, multiplyAdd);
    };
    this.run(JSON.stringify(spec), addresses(4), emit, [a, b, c, bias]);
  }

  /** Runs a strided copy. */
  copy(loops: readonly CopyLoop[], from: number, to: number): void {
    const emit = (code: Code): void => {
      emitStridedCopy(code, loops);
    };
    this.run(JSON.stringify(loops), addresses(2), emit, [from, to]);
  }

  /** Runs an elementwise kernel; false if a tensor is not in this memory. */
  map(
    key: string,
    spec: Elementwise,
    tensors: readonly Tensor[],
    ...numbers: readonly number[]
  ): boolean {
    if (!this.holds(...tensors)) return false;
    const { size } = tensors[0]!;
    const types = [...addresses(tensors.length), ...numbers.map((): ValueType => 'f32')];
    const emit = (code: Code): void => {
      emitElementwise(code, size, spec);
    };
    const values = tensors.map(({ data }) => data.byteOffset);
    this.run(`${key} ${size}`, types, emit, [...values, ...numbers]);
    return true;
  }

  /** Address of memory that stays with `key`; zeros at first. */
  scratchFor(key: string, length: number): number {
    let address = this.#scratch.get(key);
    if (address === undefined) {
      address = this.memory.floats(length).byteOffset;
      this.#scratch.set(key, address);
    }
    return address;
  }

  /** Address of the transpose of a matrix of `rows` × `columns`. */
  transposed(matrix: number, rows: number, columns: number): number {
    const address = this.scratchFor(`transposed ${rows} ${columns}`, rows * columns);
    const loops = [
      { count: columns, from: 1, to: rows },
      { count: rows, from: columns, to: 1 },
    ];
    this.copy(loops, matrix, address);
    return address;
  }
}
