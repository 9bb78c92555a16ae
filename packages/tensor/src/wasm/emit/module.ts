/** From function bodies to a module, and to the function that it exports. */
import { lengthOf, unsigned, valueType, withLength, type Code, type Parts } from './code.ts';

const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

/** Most pages of 64 KiB that a memory may grow to: 2 GiB. */
export const MOST_PAGES = 32_768;

/** An export of a module: takes addresses and numbers, works on the memory. */
export type WasmFunction = (...values: number[]) => void;

/**
 * The imports of a module: the memory, and how a thread sleeps until the i32 at `address` is no
 * longer `value`. It may return early.
 */
export interface Imports {
  readonly memory: WebAssembly.Memory;
  readonly wait: (address: number, value: number) => void;
}

/** Index of the imported `wait`; the functions of a module follow it. */
export const WAIT = 0;
/** Index of a module's first function. */
export const FIRST_FUNCTION = 1;

const section = (id: number, ...content: Parts): Parts => [[id], ...withLength(content)];

const text = (name: string): number[] => [name.length, ...new TextEncoder().encode(name)];

const functionType = (code: Pick<Code, 'parameters'>): number[] => {
  const types = code.parameters.map(({ type }) => valueType[type]);
  return [0x60, ...unsigned(types.length), ...types, 0];
};

/**
 * The binary of a module that imports `i.memory` and `i.wait` and exports the last of `functions`
 * as `f`. The first has the index {@link FIRST_FUNCTION}.
 */
export function moduleBytes(functions: readonly Code[]): Uint8Array<ArrayBuffer> {
  const waitType = functionType({
    parameters: [
      { index: 0, type: 'i32' },
      { index: 1, type: 'i32' },
    ],
  });
  const count = unsigned(functions.length);
  const parts = [
    HEADER,
    ...section(1, unsigned(functions.length + 1), waitType, ...functions.map(functionType)),
    ...section(2, [
      2,
      // A memory that is shared, and has limits.
      ...[...text('i'), ...text('memory'), 0x02, 0x03, 0x00, ...unsigned(MOST_PAGES)],
      ...[...text('i'), ...text('wait'), 0x00, 0],
    ]),
    ...section(3, count, ...functions.map((_, i) => unsigned(i + 1))),
    ...section(7, [1, ...text('f'), 0x00, ...count]),
    ...section(10, count, ...functions.flatMap((code) => code.encode())),
  ];
  const bytes = new Uint8Array(lengthOf(parts));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Compiles a module for `imports`. */
export function instantiate(bytes: Uint8Array<ArrayBuffer>, imports: Imports): WasmFunction {
  const module = new WebAssembly.Module(bytes);
  const { exports } = new WebAssembly.Instance(module, { i: { ...imports } });
  return exports['f'] as WasmFunction;
}
