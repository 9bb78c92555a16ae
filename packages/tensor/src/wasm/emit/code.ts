/**
 * A small assembler for WebAssembly function bodies. Kernels are emitted for the exact shapes they
 * are used with, so sizes, strides and tails are constants, and inner loops are unrolled.
 *
 * The types of what lies on the stack are followed as code is written, so that a wrong emit fails
 * where it is, and not when the module is compiled.
 *
 * Encodings: WebAssembly Core Specification 2.0, chapter 5, with the 128-bit vector instructions,
 * and the proposals for relaxed vector instructions and for threads.
 */

/** Types of values, by their byte in the binary format. */
export const valueType = { i32: 0x7f, i64: 0x7e, f32: 0x7d, v128: 0x7b } as const;

/** Any of {@link valueType}. */
export type ValueType = keyof typeof valueType;

const ALL_TYPES = Object.keys(valueType);

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
 * Instructions on memory that threads share: opcode, alignment as a power of two, which must be exact,
 * and the types that they take and leave.
 */
const atomic = {
  notify: [0x00, 2, 'ii', 'i'],
  load: [0x10, 2, 'i', 'i'],
  add: [0x1e, 2, 'ii', 'i'],
  load64: [0x11, 3, 'i', 'l'],
  compareExchange64: [0x49, 3, 'ill', 'l'],
} as const;

/** Types on the stack, a letter for each, the top one last: `ilv` is an i32, an i64, and a v128 on top. */
type Types = string;

/** The types that an instruction takes from the stack and leaves there. */
type Signature = readonly [takes: Types, leaves: Types];

const letterOf = (type: string): Types => (type.startsWith('i64') ? 'l' : type[0]!);

/** The signature of an instruction without immediates, which its name tells. */
function signatureOf(name: PlainInstruction): Signature {
  if (name.endsWith('Splat')) return [letterOf(name), 'v'];
  if (name.startsWith('i32x4Sh')) return ['vi', 'v'];
  if (name === 'i32WrapI64') return ['l', 'i'];
  if (name === 'i64ExtendI32U') return ['i', 'l'];
  if (name === 'i64Eq') return ['ll', 'i'];
  if (name === 'v128AnyTrue') return ['v', 'i'];
  const type = /x[24]/.test(name) ? 'v' : letterOf(name);
  const count = /Abs|Sqrt|Conv|mote/.test(name) ? 1 : /Bitselect|Madd/.test(name) ? 3 : 2;
  return [type.repeat(count), type];
}

/** The signature of an instruction on memory: a load, a store, or one of a single lane. */
function accessSignature(name: keyof typeof memory): Signature {
  const type = letterOf(name);
  if (name.includes('Store')) return [`i${type}`, ''];
  return [name.endsWith('Lane') ? `i${type}` : 'i', type];
}

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
  readonly parameters: readonly Local[];
  readonly #name: string;
  readonly #locals: Local[] = [];
  readonly #bytes: number[] = [];
  #stack: Types = '';
  /** How many of these belong to the blocks around this one, which may not take them. */
  #floor = 0;

  /** @param name - what the function is, for messages. */
  constructor(parameterTypes: readonly ValueType[], name = 'function') {
    this.#name = name;
    this.parameters = parameterTypes.map((type, index) => ({ index, type }));
  }

  /** A new local, zero at first. */
  local(type: ValueType): Local {
    const local = { index: this.parameters.length + this.#locals.length, type };
    this.#locals.push(local);
    return local;
  }

  get(local: Local): this {
    this.#typed('get', ['', letterOf(local.type)]);
    return this.#emit(0x20, unsigned(local.index));
  }

  set(local: Local): this {
    this.#typed('set', [letterOf(local.type), '']);
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
    this.#typed('i32', ['', 'i']);
    return this.#emit(0x41, signed(value));
  }

  f32(value: number): this {
    this.#typed('f32', ['', 'f']);
    return this.#emit(0x43, [...new Uint8Array(Float32Array.of(value).buffer)]);
  }

  /** A vector with `value` in all four lanes. */
  splat(value: number): this {
    return this.f32(value).op('f32x4Splat');
  }

  /** A vector of four constants. */
  i32x4(values: readonly [number, number, number, number]): this {
    this.#typed('i32x4', ['', 'v']);
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
      this.#typed(name, name === 'drop' ? [this.#stack.slice(-1) || 'i', ''] : signatureOf(name));
      this.#bytes.push(...plain[name]);
    }
    return this;
  }

  /** Loads from, or stores to, the address on the stack plus a constant number of bytes. */
  access(name: keyof typeof memory, offset: number, lane?: number): this {
    this.#typed(name, accessSignature(name));
    const [opcode, alignment] = memory[name];
    this.#bytes.push(...opcode, ...unsigned(alignment), ...unsigned(offset));
    if (lane !== undefined) this.#bytes.push(lane);
    return this;
  }

  /** An atomic instruction on what lies at the address on the stack. */
  atomic(name: keyof typeof atomic): this {
    const [opcode, alignment, takes, leaves] = atomic[name];
    this.#typed(name, [takes, leaves]);
    this.#bytes.push(0xfe, opcode, alignment, 0);
    return this;
  }

  /** Lanes of the two vectors on the stack: 0 to 3 of the first, 4 to 7 of the second. */
  shuffle(lanes: readonly [number, number, number, number]): this {
    this.#typed('shuffle', ['vv', 'v']);
    const bytes = lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => lane * 4 + byte));
    this.#bytes.push(0xfd, 0x0d, ...bytes);
    return this;
  }

  /** The i32 in a lane of the vector on the stack. */
  extractLane(lane: number): this {
    this.#typed('extractLane', ['v', 'i']);
    this.#bytes.push(0xfd, 0x1b, lane);
    return this;
  }

  /** Sets `size` bytes to zero, from the address on the stack. */
  zeroBytes(size: number): this {
    this.i32(0).i32(size);
    this.#typed('zeroBytes', ['iii', '']);
    this.#bytes.push(0xfc, 0x0b, 0x00);
    return this;
  }

  /** Calls the function of this index in the module, with `parameters` from the stack. */
  call(index: number, parameters: readonly ValueType[]): this {
    this.#typed('call', [parameters.map(letterOf).join(''), '']);
    return this.#emit(0x10, unsigned(index));
  }

  /** Runs `body` if the i32 on the stack is not 0. */
  when(body: () => void): this {
    this.#typed('when', ['i', '']);
    this.#bytes.push(0x04, 0x40);
    this.#block('when', body, '');
    this.#bytes.push(0x0b);
    return this;
  }

  /** Runs `body` again for as long as it leaves an i32 on the stack that is not 0. */
  loop(body: () => void): this {
    this.#bytes.push(0x03, 0x40);
    this.#block('loop', body, 'i');
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

  /** The body in binary form: its locals, instructions and end, behind its length. */
  encode(): number[] {
    this.#end('the end', '');
    const locals = this.#locals.flatMap(({ type }) => [1, valueType[type]]);
    const body = [...unsigned(this.#locals.length), ...locals, ...this.#bytes, 0x0b];
    return [...unsigned(body.length), ...body];
  }

  /** Writes a block, which must leave `types` on the stack; they are taken. */
  #block(name: string, body: () => void, types: Types): void {
    const around = this.#floor;
    this.#floor = this.#stack.length;
    body();
    this.#end(`the end of ${name}`, types);
    this.#floor = around;
  }

  /** @throws Error unless just `types` lie on the stack of this block; they are taken. */
  #end(where: string, types: Types): void {
    if (this.#stack.slice(this.#floor) !== types) this.#refuse(where, types, this.#stack.length);
    this.#stack = this.#stack.slice(0, this.#floor);
  }

  /** Follows what an instruction does to the stack. @throws Error if its operands are not there. */
  #typed(name: string, [takes, leaves]: Signature): void {
    const from = this.#stack.length - takes.length;
    if (from < this.#floor || !this.#stack.endsWith(takes)) {
      this.#refuse(name, takes, takes.length);
    }
    this.#stack = this.#stack.slice(0, from) + leaves;
  }

  /** @param looked - how many types from the top of the stack were looked at. */
  #refuse(where: string, expected: Types, looked: number): never {
    const found = this.#stack.slice(Math.max(this.#floor, this.#stack.length - looked));
    const listed = (types: Types): string =>
      Array.from(types, (letter) => ALL_TYPES.find((type) => letterOf(type) === letter)).join(
        ', ',
      ) || 'nothing';
    throw new Error(
      `emit ${this.#name}: at ${where}, byte ${this.#bytes.length}: expected ${listed(expected)} on the stack; found ${listed(found)}.`,
    );
  }

  #emit(opcode: number, immediate: readonly number[]): this {
    this.#bytes.push(opcode, ...immediate);
    return this;
  }
}
