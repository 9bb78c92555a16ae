/** From the body of a function to the function itself, in a module of its own. */
import { unsigned, valueType, type Code } from './code.ts';

const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

/** Most pages of 64 KiB that a memory may grow to: 2 GiB. */
export const MOST_PAGES = 32_768;

/** A kernel: takes addresses and numbers, works on the memory. */
export type WasmFunction = (...values: number[]) => void;

function section(id: number, content: readonly number[]): number[] {
  return [id, ...unsigned(content.length), ...content];
}

const text = (name: string): number[] => [name.length, ...new TextEncoder().encode(name)];

/** The binary of a module that imports a shared memory `m.m` and exports one function `f`. */
export function moduleBytes(code: Code): Uint8Array<ArrayBuffer> {
  const types = code.parameters.map(({ type }) => valueType[type]);
  const memoryType = [0x03, 0x00, ...unsigned(MOST_PAGES)]; // shared, with limits
  return Uint8Array.from([
    ...HEADER,
    ...section(1, [1, 0x60, ...unsigned(types.length), ...types, 0]),
    ...section(2, [1, ...text('m'), ...text('m'), 0x02, ...memoryType]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...text('f'), 0x00, 0]),
    ...section(10, [1, ...code.encode()]),
  ]);
}

/** Compiles a function that works on `memory`. */
export function compile(code: Code, memory: WebAssembly.Memory): WasmFunction {
  const module = new WebAssembly.Module(moduleBytes(code));
  const { exports } = new WebAssembly.Instance(module, { m: { m: memory } });
  return exports['f'] as WasmFunction;
}
