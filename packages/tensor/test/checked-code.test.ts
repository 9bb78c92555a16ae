import { describe, expect, test } from 'vitest';
import type { Code } from '../src/wasm/emit/code.ts';
import { CheckedCode } from './checked-code.ts';

describe('what lies on the stack is followed', () => {
  const written = (write: (code: Code) => void): (() => void) => {
    return () => {
      const code = new CheckedCode(['i32'], 'kernel');
      write(code);
      code.encode();
    };
  };

  test.each<[string, (code: Code) => void, string]>([
    [
      'an operand of another type',
      (code) => code.splat(1).i32(2).op('f32x4Add', 'drop'),
      'emit kernel: at f32x4Add, byte 9: expected v128, v128 on the stack; found v128, i32.',
    ],
    [
      'an operand that is missing',
      (code) => code.i32(2).op('i32Add'),
      'at i32Add, byte 2: expected i32, i32 on the stack; found i32.',
    ],
    [
      'a local of another type',
      (code) => code.i32(2).set(code.local('v128')),
      'at set, byte 2: expected v128 on the stack; found i32.',
    ],
    [
      'an address that is none',
      (code) => code.splat(1).access('v128Load', 0),
      'at v128Load, byte 7: expected i32 on the stack; found v128.',
    ],
    [
      'what a block leaves behind',
      (code) => code.i32(1).when(() => code.i32(2)),
      'at the end of when, byte 6: expected nothing on the stack; found i32.',
    ],
    [
      'a loop that does not say whether to go on',
      (code) => code.loop(() => undefined),
      'at the end of loop, byte 2: expected i32 on the stack; found nothing.',
    ],
    [
      'a block that takes what is not its own',
      (code) =>
        code
          .splat(1)
          .i32(1)
          .when(() => code.op('f32x4Abs').op('drop')),
      'at f32x4Abs, byte 11: expected v128 on the stack; found nothing.',
    ],
    [
      'arguments of a call',
      (code) => code.i32(1).call(1, ['i32', 'v128']),
      'at call, byte 2: expected i32, v128 on the stack; found i32.',
    ],
    [
      'what is left in the end',
      (code) => code.i32(1),
      'at the end, byte 2: expected nothing on the stack; found i32.',
    ],
  ])('%s', (_, write, message) => {
    expect(written(write)).toThrow(message);
  });
});
