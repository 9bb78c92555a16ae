import { describe, expect, test } from 'vitest';
import { IdxFormatError } from '../errors.ts';
import { encodeIdx } from './encode-idx.ts';

describe('encodeIdx', () => {
  test('writes the header and big-endian elements', () => {
    expect(encodeIdx({ shape: [1, 2], data: Int16Array.of(1, -2) })).toEqual(
      Uint8Array.of(0, 0, 0x0b, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 1, 0xff, 0xfe),
    );
  });

  test.each([[[]], [[3]], [[-1, -2]], [[0.5, 4]], [[1, 1, 1, 1, 1, 1, 1, 1, 2]]])(
    'refuses shape %j for two elements',
    (shape) => {
      expect(() => encodeIdx({ shape, data: Uint8Array.of(1, 2) })).toThrow(IdxFormatError);
    },
  );
});
