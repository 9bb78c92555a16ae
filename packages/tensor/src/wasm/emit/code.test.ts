import { describe, expect, test } from 'vitest';
import { Code } from './code.ts';
import { instantiate, moduleBytes } from './module.ts';
import { WasmMemory } from '../run/memory.ts';

const wait = (): void => undefined;

describe('the assembler', () => {
  test.each([0, 1, -1, 63, 64, -64, -65, 127, 128, 8191, 8192, -8193, 2 ** 31 - 1, -(2 ** 31)])(
    'encodes the constant %i',
    (value) => {
      const { memory } = new WasmMemory();
      const code = new Code([]);
      const sum = code.local('i32');
      code.i32(value).set(sum).advance(sum, 0);
      const at = code.local('i32');
      code.i32(8).set(at).get(at).get(sum).access('i32Store', 0);
      instantiate(moduleBytes([code]), { memory, wait })();
      expect(new DataView(memory.buffer).getInt32(8, true)).toBe(value);
    },
  );

  test('reaches offsets of any length, by loops of any count', () => {
    const wasm = new WasmMemory();
    const floats = wasm.floats(70_000);
    floats.set([1.5, 2.5]);
    for (const offset of [2, 31, 32, 4096, 60_000]) {
      const code = new Code(['i32']);
      const at = code.local('i32');
      code.assign(at, code.parameters[0]!);
      code.repeat(2, () => {
        code
          .get(at)
          .get(at)
          .access('f32Load', 0)
          .access('f32Store', 4 * offset);
        code.advance(at, 4);
      });
      code.repeat(0, () => {
        throw new Error('a loop of no turns has no body');
      });
      instantiate(moduleBytes([code]), { memory: wasm.memory, wait })(floats.byteOffset);
      expect([...floats.subarray(offset, offset + 2)]).toEqual([1.5, 2.5]);
    }
  });
});
