import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ShapeError } from '../../errors.ts';
import { WasmMemory } from './memory.ts';

const sizeOf = ({ memory }: WasmMemory): number => memory.buffer.byteLength;

test('what is given back is handed out again, as zeros', () => {
  const memory = new WasmMemory();
  const first = memory.floats(1000).fill(1);
  memory.floats(1);
  memory.release(first.byteOffset);
  const again = memory.floats(900);
  expect(again.byteOffset).toBe(first.byteOffset);
  expect(again.every((x) => x === 0)).toBe(true);
});

test('neighbours that were given back make room for something larger', () => {
  const memory = new WasmMemory();
  const [a, b, c] = [0, 1, 2].map(() => memory.floats(1000));
  memory.floats(1);
  for (const { byteOffset } of [a!, c!, b!]) memory.release(byteOffset);
  expect(memory.floats(2900).byteOffset).toBe(a!.byteOffset);
});

test('what is held stays until it is let go as often', () => {
  const memory = new WasmMemory();
  const { byteOffset } = memory.floats(1000);
  memory.floats(1);
  memory.hold(byteOffset);
  memory.hold(byteOffset);
  memory.release(byteOffset);
  memory.letGo(byteOffset);
  expect(memory.floats(1000).byteOffset).not.toBe(byteOffset);
  memory.letGo(byteOffset);
  expect(memory.floats(1000).byteOffset).toBe(byteOffset);
});

test('addresses within a block, and blocks given back twice, do no harm', () => {
  const memory = new WasmMemory();
  const kept = memory.floats(100).fill(1);
  const given = memory.floats(100);
  memory.release(kept.byteOffset + 64);
  memory.release(given.byteOffset);
  memory.release(given.byteOffset);
  const others = [0, 1, 2].map(() => memory.floats(100).fill(2));
  expect(new Set(others.map(({ byteOffset }) => byteOffset)).size).toBe(3);
  expect(kept.every((x) => x === 1)).toBe(true);
});

test('one buffer that grows for ever takes no more than three times its size', () => {
  const memory = new WasmMemory();
  let buffer = memory.floats(1);
  for (let length = 2; length < 4e6; length = Math.ceil(length * 1.5)) {
    memory.release(buffer.byteOffset);
    buffer = memory.floats(length);
  }
  expect(sizeOf(memory)).toBeLessThan(3 * buffer.byteLength);
});

test('blocks never overlap and are zeros, whatever is taken and given back', () => {
  const step = fc.record({ bytes: fc.integer({ min: 0, max: 5000 }), drop: fc.nat() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const memory = new WasmMemory();
      const living: { array: Uint8Array; mark: number }[] = [];
      for (const [i, { bytes, drop }] of steps.entries()) {
        const array = memory.bytes(bytes);
        expect(array.every((byte) => byte === 0)).toBe(true);
        const mark = 1 + (i % 255);
        living.push({ array: array.fill(mark), mark });
        if (drop % 2 === 0) continue;
        const [gone] = living.splice(drop % living.length, 1);
        memory.release(gone!.array.byteOffset);
      }
      for (const { array, mark } of living) expect(array.every((x) => x === mark)).toBe(true);
    }),
  );
});

test('all but one block can be given back at once', () => {
  const memory = new WasmMemory();
  const kept = memory.floats(10).fill(1);
  const others = [0, 1, 2].map(() => memory.floats(1000).fill(1));
  memory.hold(others[1]!.byteOffset);
  memory.releaseAllBut(kept.byteOffset);
  const large = memory.floats(3000);
  expect(large.byteOffset).toBe(others[0]!.byteOffset);
  expect(large.every((x) => x === 0)).toBe(true);
  expect([...kept]).toEqual(Array(10).fill(1));
});

test('more than there can be is refused in words, and the rest stays usable', () => {
  const memory = new WasmMemory();
  const kept = memory.floats(10).fill(1);
  expect(() => memory.floats(2 ** 30)).toThrow(
    /^kernels: expected tensors that fit into 2048 MiB .*; received one of 4096 MiB beside 1 MiB\. Use a smaller batchSize/,
  );
  expect(() => memory.floats(2 ** 30)).toThrow(ShapeError);
  expect(memory.floats(1000).every((x) => x === 0)).toBe(true);
  expect([...kept]).toEqual(Array(10).fill(1));
});
