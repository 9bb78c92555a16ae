/**
 * The assembler with a check: the types of what lies on the stack are followed as code is written, so that
 * a wrong emit fails where it is, and not when the module is compiled.
 */
import {
  Code,
  valueType,
  type AtomicInstruction,
  type Local,
  type MemoryInstruction,
  type Parts,
  type PlainInstruction,
  type ValueType,
} from '../src/wasm/emit/code.ts';

const ALL_TYPES = Object.keys(valueType);

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
function accessSignature(name: MemoryInstruction): Signature {
  const type = letterOf(name);
  if (name.includes('Store')) return [`i${type}`, ''];
  return [name.endsWith('Lane') ? `i${type}` : 'i', type];
}

const ATOMIC: Readonly<Record<AtomicInstruction, Signature>> = {
  notify: ['ii', 'i'],
  load: ['i', 'i'],
  add: ['ii', 'i'],
  load64: ['i', 'l'],
  compareExchange64: ['ill', 'l'],
};

/** See the top of this file. */
export class CheckedCode extends Code {
  readonly #name: string;
  #stack: Types = '';
  /** How many of these belong to the blocks around this one, which may not take them. */
  #floor = 0;

  /** @param name - what the function is, for messages. */
  constructor(parameterTypes: readonly ValueType[], name = 'function') {
    super(parameterTypes);
    this.#name = name;
  }

  override get(local: Local): this {
    this.#typed('get', ['', letterOf(local.type)]);
    return super.get(local);
  }

  override set(local: Local): this {
    this.#typed('set', [letterOf(local.type), '']);
    return super.set(local);
  }

  override i32(value: number): this {
    this.#typed('i32', ['', 'i']);
    return super.i32(value);
  }

  override f32(value: number): this {
    this.#typed('f32', ['', 'f']);
    return super.f32(value);
  }

  override i32x4(values: readonly [number, number, number, number]): this {
    this.#typed('i32x4', ['', 'v']);
    return super.i32x4(values);
  }

  override op(...names: readonly PlainInstruction[]): this {
    for (const name of names) {
      this.#typed(name, name === 'drop' ? [this.#stack.slice(-1) || 'i', ''] : signatureOf(name));
      super.op(name);
    }
    return this;
  }

  override access(name: MemoryInstruction, offset: number, lane?: number): this {
    this.#typed(name, accessSignature(name));
    return super.access(name, offset, lane);
  }

  override atomic(name: AtomicInstruction): this {
    this.#typed(name, ATOMIC[name]);
    return super.atomic(name);
  }

  override shuffle(lanes: readonly [number, number, number, number]): this {
    this.#typed('shuffle', ['vv', 'v']);
    return super.shuffle(lanes);
  }

  override extractLane(lane: number): this {
    this.#typed('extractLane', ['v', 'i']);
    return super.extractLane(lane);
  }

  override zeroBytes(size: number): this {
    super.zeroBytes(size);
    this.#typed('zeroBytes', ['iii', '']);
    return this;
  }

  override call(index: number, parameters: readonly ValueType[]): this {
    this.#typed('call', [parameters.map(letterOf).join(''), '']);
    return super.call(index, parameters);
  }

  override when(body: () => void): this {
    this.#typed('when', ['i', '']);
    return super.when(() => {
      this.#block('when', body, '');
    });
  }

  override loop(body: () => void): this {
    return super.loop(() => {
      this.#block('loop', body, 'i');
    });
  }

  override encode(): Parts {
    this.#end('the end', '');
    return super.encode();
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
      `emit ${this.#name}: at ${where}, byte ${this.length}: expected ${listed(expected)} on the stack; found ${listed(found)}.`,
    );
  }
}

/** From here on, all kernels of this process are emitted with the check. */
export function checkEmittedCode(): void {
  Code.begin = (parameterTypes, name) => new CheckedCode(parameterTypes, name);
}
