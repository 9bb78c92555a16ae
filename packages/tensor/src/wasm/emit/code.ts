/**
 * A small assembler for WebAssembly function bodies. Kernels are emitted for the exact shapes they
 * are used with, so sizes, strides and tails are constants, and inner loops are unrolled.
 *
 * Tests write code by `test/checked-code.ts`, which follows the types of what lies on the stack, so that
 * a wrong emit fails where it is; here it fails when the module is compiled.
 *
 * Encodings: WebAssembly Core Specification 2.0, chapter 5, with the 128-bit vector instructions,
 * and the proposals for relaxed vector instructions and for threads.
 */

/** Types of values, by their byte in the binary format. */
export const valueType = { i32: 0x7f, i64: 0x7e, f32: 0x7d, v128: 0x7b } as const;

/** Any of {@link valueType}. */
export type ValueType = keyof typeof valueType;

/** A local variable or parameter. */
export interface Local {
  readonly index: number;
  readonly type: ValueType;
}

/** Instructions without immediates; vector ones carry the prefix 0xfd. */
const plain = {
  i32Eq: [0x46],
  i32LtS: [0x48],
  i32GeS: [0x4e],
  i32Add: [0x6a],
  i32Sub: [0x6b],
  i32ShrU: [0x76],
  i32LtU: [0x49],
  i32Shl: [0x74],
  i32WrapI64: [0xa7],
  i64Eq: [0x51],
  i64Or: [0x84],
  i64Shl: [0x86],
  i64ShrU: [0x88],
  i64ExtendI32U: [0xad],
  f32Add: [0x92],
  f32Sub: [0x93],
  drop: [0x1a],
  f32x4Splat: [0xfd, 0x13],
  f32x4Eq: [0xfd, 0x41],
  f32x4Gt: [0xfd, 0x44],
  f32x4Le: [0xfd, 0x45],
  f32x4Abs: [0xfd, 0xe0, 0x01],
  f32x4Ne: [0xfd, 0x42],
  v128Xor: [0xfd, 0x51],
  v128AnyTrue: [0xfd, 0x53],
  i32x4LtS: [0xfd, 0x39],
  i32x4Mul: [0xfd, 0xb5, 0x01],
  v128And: [0xfd, 0x4e],
  v128Andnot: [0xfd, 0x4f],
  v128Or: [0xfd, 0x50],
  v128Bitselect: [0xfd, 0x52],
  i32x4Splat: [0xfd, 0x11],
  i32x4Eq: [0xfd, 0x37],
  i32x4Shl: [0xfd, 0xab, 0x01],
  i32x4ShrU: [0xfd, 0xad, 0x01],
  i32x4ShrS: [0xfd, 0xac, 0x01],
  i32x4Sub: [0xfd, 0xb1, 0x01],
  f32x4ConvertI32x4S: [0xfd, 0xfa, 0x01],
  i32x4Add: [0xfd, 0xae, 0x01],
  f32x4Sqrt: [0xfd, 0xe3, 0x01],
  f32x4Add: [0xfd, 0xe4, 0x01],
  f32x4Sub: [0xfd, 0xe5, 0x01],
  f32x4Mul: [0xfd, 0xe6, 0x01],
  f32x4Div: [0xfd, 0xe7, 0x01],
  f32x4Min: [0xfd, 0xe8, 0x01],
  f32x4Max: [0xfd, 0xe9, 0x01],
  f32x4Pmin: [0xfd, 0xea, 0x01],
  f32x4Pmax: [0xfd, 0xeb, 0x01],
  f32x4RelaxedMadd: [0xfd, 0x85, 0x02],
  f32x4Demote: [0xfd, 0x5e],
  f64x2Promote: [0xfd, 0x5f],
  f64x2Add: [0xfd, 0xf0, 0x01],
  f64x2Mul: [0xfd, 0xf2, 0x01],
  f64x2Div: [0xfd, 0xf3, 0x01],
} as const;

/** Name of an instruction without immediates. */
export type PlainInstruction = keyof typeof plain;

/** Memory instructions: opcode and the alignment, as a power of two, that they promise. */
const memory = {
  i32Load: [[0x28], 2],
  i32Load8U: [[0x2d], 0],
  i32Store: [[0x36], 2],
  f32Load: [[0x2a], 2],
  f32Store: [[0x38], 2],
  v128Load: [[0xfd, 0x00], 2],
  v128Load32Splat: [[0xfd, 0x09], 2],
  v128Store: [[0xfd, 0x0b], 2],
  v128Load32Zero: [[0xfd, 0x5c], 2],
  v128Load64Zero: [[0xfd, 0x5d], 2],
  v128Load32Lane: [[0xfd, 0x56], 2],
  v128Store32Lane: [[0xfd, 0x5a], 2],
  v128Store64Lane: [[0xfd, 0x5b], 2],
} as const;

/**
 * Instructions on memory that threads share: opcode, and alignment as a power of two, which must be
 * exact.
 */
const atomic = {
  notify: [0x00, 2],
  load: [0x10, 2],
  add: [0x1e, 2],
  load64: [0x11, 3],
  compareExchange64: [0x49, 3],
} as const;

/** Name of an instruction on memory. */
export type MemoryInstruction = keyof typeof memory;

/** Name of an instruction on memory that threads share. */
export type AtomicInstruction = keyof typeof atomic;

/** Unsigned LEB128. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? low | 0x80 : low);
  } while (rest > 0);
  return bytes;
}

/** Bytes that follow each other, not yet put together: code is long, and so is copied only once. */
export type Parts = readonly (readonly number[])[];

/** The number of bytes, and then these. */
export function withLength(parts: Parts): Parts {
  return [unsigned(lengthOf(parts)), ...parts];
}

/** How many bytes they are. */
export function lengthOf(parts: Parts): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

/** Signed LEB128 of a 32-bit integer. */
function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value | 0;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    if ((rest === 0 && !(low & 0x40)) || (rest === -1 && low & 0x40)) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

/** The body of one function, as it is written. Every method returns the code, for chaining. */
export class Code {
  /** Begins the body of a function called `name`. Tests put checked code here. */
  static begin = (parameterTypes: readonly ValueType[], _name: string): Code =>
    new Code(parameterTypes);

  readonly parameters: readonly Local[];
  readonly #locals: Local[] = [];
  readonly #bytes: number[] = [];

  constructor(parameterTypes: readonly ValueType[]) {
    this.parameters = parameterTypes.map((type, index) => ({ index, type }));
  }

  /** A new local, zero at first. */
  local(type: ValueType): Local {
    const local = { index: this.parameters.length + this.#locals.length, type };
    this.#locals.push(local);
    return local;
  }

  get(local: Local): this {
    return this.#emit(0x20, unsigned(local.index));
  }

  set(local: Local): this {
    return this.#emit(0x21, unsigned(local.index));
  }

  /** Writes what leaves a vector on the stack, and keeps it in a new local, to be used again. */
  keep(emit: () => void): Local {
    const value = this.local('v128');
    emit();
    this.set(value);
    return value;
  }

  /** Vectors of zeros, in new locals. */
  zeros(count: number): Local[] {
    return Array.from({ length: count }, () => this.keep(() => this.splat(0)));
  }

  /** A new local that is `source + offset`, for i32 locals. */
  copy(source: Local, offset = 0): Local {
    const target = this.local('i32');
    this.assign(target, source, offset);
    return target;
  }

  /** Copies of i32 locals, by the same names. */
  copies<T extends Readonly<Record<keyof T, Local>>>(sources: T): T {
    const entries = Object.entries<Local>(sources);
    return Object.fromEntries(entries.map(([name, source]) => [name, this.copy(source)])) as T;
  }

  i32(value: number): this {
    return this.#emit(0x41, signed(value));
  }

  f32(value: number): this {
    return this.#emit(0x43, [...new Uint8Array(Float32Array.of(value).buffer)]);
  }

  /** A vector with `value` in all four lanes. */
  splat(value: number): this {
    return this.f32(value).op('f32x4Splat');
  }

  /** A vector of four constants. */
  i32x4(values: readonly [number, number, number, number]): this {
    this.#bytes.push(0xfd, 0x0c, ...new Uint8Array(Int32Array.of(...values).buffer));
    return this;
  }

  /** A vector with the float64 `value` in both lanes. */
  splat64(value: number): this {
    const [low, high] = new Int32Array(Float64Array.of(value).buffer) as Iterable<number>;
    return this.i32x4([low!, high!, low!, high!]);
  }

  op(...names: readonly PlainInstruction[]): this {
    for (const name of names) {
      this.#bytes.push(...plain[name]);
    }
    return this;
  }

  /** Loads from, or stores to, the address on the stack plus a constant number of bytes. */
  access(name: MemoryInstruction, offset: number, lane?: number): this {
    const [opcode, alignment] = memory[name];
    this.#bytes.push(...opcode, alignment, ...unsigned(offset));
    if (lane !== undefined) this.#bytes.push(lane);
    return this;
  }

  /** An atomic instruction on what lies at the address on the stack. */
  atomic(name: AtomicInstruction): this {
    const [opcode, alignment] = atomic[name];
    this.#bytes.push(0xfe, opcode, alignment, 0);
    return this;
  }

  /** Lanes of the two vectors on the stack: 0 to 3 of the first, 4 to 7 of the second. */
  shuffle(lanes: readonly [number, number, number, number]): this {
    const bytes = lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => lane * 4 + byte));
    this.#bytes.push(0xfd, 0x0d, ...bytes);
    return this;
  }

  /** The i32 in a lane of the vector on the stack. */
  extractLane(lane: number): this {
    this.#bytes.push(0xfd, 0x1b, lane);
    return this;
  }

  /** Sets `size` bytes to zero, from the address on the stack. */
  zeroBytes(size: number): this {
    this.i32(0).i32(size);
    this.#bytes.push(0xfc, 0x0b, 0x00);
    return this;
  }

  /** Calls the function of this index in the module, with `parameters` from the stack. */
  call(index: number, _parameters: readonly ValueType[]): this {
    return this.#emit(0x10, unsigned(index));
  }

  /** Runs `body` if the i32 on the stack is not 0. */
  when(body: () => void): this {
    this.#bytes.push(0x04, 0x40);
    body();
    this.#bytes.push(0x0b);
    return this;
  }

  /** Runs `body` again for as long as it leaves an i32 on the stack that is not 0. */
  loop(body: () => void): this {
    this.#bytes.push(0x03, 0x40);
    body();
    this.#bytes.push(0x0d, 0x00, 0x0b);
    return this;
  }

  /** Adds a constant to an i32 local. */
  advance(local: Local, step: number): this {
    return step === 0 ? this : this.get(local).i32(step).op('i32Add').set(local);
  }

  /** `target = source + offset`, for i32 locals. */
  assign(target: Local, source: Local, offset = 0): this {
    this.get(source);
    if (offset !== 0) this.i32(offset).op('i32Add');
    return this.set(target);
  }

  /** Runs `body` `count` times; written out if that is once. */
  repeat(count: number, body: () => void): this {
    if (count <= 0) return this;
    if (count === 1) {
      body();
      return this;
    }
    const counter = this.local('i32');
    this.i32(0).set(counter);
    return this.loop(() => {
      body();
      this.advance(counter, 1).get(counter).i32(count).op('i32LtU');
    });
  }

  /** Bytes of instructions so far. */
  protected get length(): number {
    return this.#bytes.length;
  }

  /** The body in binary form, in parts: its length, locals, instructions and end. */
  encode(): Parts {
    const locals = this.#locals.flatMap(({ type }) => [1, valueType[type]]);
    return withLength([unsigned(this.#locals.length), locals, this.#bytes, [0x0b]]);
  }

  #emit(opcode: number, immediate: readonly number[]): this {
    this.#bytes.push(opcode, ...immediate);
    return this;
  }
}
