import { expect, test } from 'vitest';
import { OptionError } from './errors.ts';
import { printable } from './printable.ts';

test.each<[string, string, string]>([
  ['a title sequence', 'x\u001b]0;y\u0007', 'x\\u001b]0;y\\u0007'],
  ['lines', 'a\r\nb\u2028c\u2029d\u0085e', 'a\\u000d\\u000ab\\u2028c\\u2029d\\u0085e'],
  ['a C1 control sequence', '\u009b31m', '\\u009b31m'],
  ['a turned direction', 'a\u202egnp.exe\u2066', 'a\\u202egnp.exe\\u2066'],
  ['delete and null', '\u007f\0', '\\u007f\\u0000'],
  ['what can be seen', 'Ünïcode – 数字 👩‍🔬 \\n', 'Ünïcode – 数字 👩‍🔬 \\n'],
])('%s', (_, text, expected) => {
  expect(printable(text)).toBe(expected);
});

test('no message of an error acts on a terminal', () => {
  const cause = new Error('inner');
  const error = new OptionError('layer "a\u001b[2J\nb": expected none.', { cause });
  expect(error.message).toBe('layer "a\\u001b[2J\\u000ab": expected none.');
  expect(error.cause).toBe(cause);
});
