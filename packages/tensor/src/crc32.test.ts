import { expect, test } from 'vitest';
import { crc32 } from './crc32.ts';

test('gives the check value of the standard', () => {
  expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
  expect(crc32(new Uint8Array(0))).toBe(0);
});

test('goes on from what came before', () => {
  const [first, second] = [new TextEncoder().encode('1234'), new TextEncoder().encode('56789')];
  expect(crc32(second, crc32(first))).toBe(0xcbf43926);
});
