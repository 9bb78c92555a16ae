/**
 * Files that readers judge differently: what the reference implementation in Rust says of each, and
 * what this one does. The cases that differ are those of the table in docs/model-files.md.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ModelFileError } from './model-file-error.ts';
import { readSafetensors } from './number-formats.ts';
import { fileWithHeader as file } from '../../test/file-with-header.ts';

interface Described {
  readonly dtype?: string;
  readonly shape?: string;
  readonly offsets?: string;
  readonly more?: string;
}

const tensor = ({ dtype = 'F32', shape = '[1]', offsets = '[0,4]', more = '' }: Described = {}) =>
  `{"dtype":"${dtype}","shape":${shape},"data_offsets":${offsets}${more}}`;

const one = (described: Described, dataLength = 4) =>
  file(`{"a":${tensor(described)}}`, dataLength);

type Verdict = 'reads' | 'refuses';

const cases: readonly (readonly [string, Uint8Array, Verdict])[] = [
  ['spaces, tabs and line ends before the header', file('\t\n {}\r '), 'reads'],
  ['spaces before tensors', file(`      {"a":${tensor()}}`, 4), 'reads'],
  ['spaces within', file(` { "a" : ${tensor()} } `, 4), 'reads'],
  ['a byte order mark', file('\ufeff{}'), 'refuses'],
  ['another kind of space', file('\u00a0{}'), 'refuses'],
  ['zero bytes behind the header', file('{}\0\0'), 'refuses'],
  ['an empty header', file(''), 'refuses'],
  ['spaces alone', file('    '), 'refuses'],
  ['two objects', file('{}{}'), 'refuses'],
  ['a comma too many', file(`{"a":${tensor()},}`, 4), 'refuses'],
  ['metadata that is null', file('{"__metadata__":null}'), 'reads'],
  ['metadata that is a list', file('{"__metadata__":[]}'), 'refuses'],
  ['metadata of numbers', file('{"__metadata__":{"a":1}}'), 'refuses'],
  ...['BOOL', 'I8', 'U8', 'F8_E5M2', 'F8_E4M3', 'F8_E8M0', 'F8_E4M3FNUZ', 'F8_E5M2FNUZ'].map(
    (dtype) => [dtype, one({ dtype, shape: '[4]' }), 'reads'] as const,
  ),
  ...['I16', 'U16', 'F16', 'BF16'].map(
    (dtype) => [dtype, one({ dtype, shape: '[2]' }), 'reads'] as const,
  ),
  ...['I32', 'U32', 'F32'].map((dtype) => [dtype, one({ dtype }), 'reads'] as const),
  ...['I64', 'U64', 'F64', 'C64'].map(
    (dtype) => [dtype, one({ dtype, offsets: '[0,8]' }, 8), 'reads'] as const,
  ),
  ['F4, two in a byte', one({ dtype: 'F4', shape: '[8]' }), 'reads'],
  ['F4, half a byte left', one({ dtype: 'F4', shape: '[7]' }), 'refuses'],
  [
    'F6_E2M3, four in three bytes',
    one({ dtype: 'F6_E2M3', shape: '[4]', offsets: '[0,3]' }, 3),
    'reads',
  ],
  ['F6_E3M2, part of a byte left', one({ dtype: 'F6_E3M2', shape: '[5]' }), 'refuses'],
  ['a dtype of another length', one({ dtype: 'F8_E8M0', shape: '[3]' }), 'refuses'],
  ['a dtype that there is not', one({ dtype: 'I4', shape: '[8]' }), 'refuses'],
  ['a dtype in small letters', one({ dtype: 'f32' }), 'refuses'],
  ['no dtype', file('{"a":{"shape":[1],"data_offsets":[0,4]}}', 4), 'refuses'],
  ['a size of 1.0', one({ shape: '[1.0]' }), 'refuses'],
  ['a size of 1e0', one({ shape: '[1e0]' }), 'refuses'],
  ['a size of 1E0', one({ shape: '[1E0]' }), 'refuses'],
  ['a size of 10e-1', one({ shape: '[10e-1]' }), 'refuses'],
  ['a size of -1', one({ shape: '[-1]' }), 'refuses'],
  ['a size of 01', one({ shape: '[01]' }), 'refuses'],
  ['a size of +1', one({ shape: '[+1]' }), 'refuses'],
  ['a size in quotes', one({ shape: '["1"]' }), 'refuses'],
  ['an end at 4.0', one({ offsets: '[0,4.0]' }), 'refuses'],
  ['a start at 0e4', one({ offsets: '[0e4,4]' }), 'refuses'],
  ['a start at -0', one({ offsets: '[-0,4]' }), 'refuses'],
  ['a size of -0', one({ shape: '[-0]', offsets: '[0,0]' }, 0), 'refuses'],
  ['three offsets', one({ offsets: '[0,4,4]' }), 'refuses'],
  ['an end before the start', one({ offsets: '[4,0]' }), 'refuses'],
  ['no axes', one({ shape: '[]' }), 'reads'],
  ['an empty tensor', one({ shape: '[2,0]', offsets: '[0,0]' }, 0), 'reads'],
  ['half a surrogate pair as a name', file(`{"\\ud800":${tensor()}}`, 4), 'refuses'],
  ['the other half', file(`{"a\\udc00":${tensor()}}`, 4), 'refuses'],
  ['half a pair in metadata', file('{"__metadata__":{"a":"\\udbff"}}'), 'refuses'],
  ['a whole pair', file(`{"\\ud83d\\ude00":${tensor()}}`, 4), 'reads'],
  ['a backslash and "ud800"', file(`{"\\\\ud800":${tensor()}}`, 4), 'reads'],
  ['an unknown field', one({ more: ',"more":true' }), 'reads'],
  ['an unknown field of objects', one({ more: ',"more":{"b":{"c":[]}}' }), 'reads'],
  ['endless lists', file('['.repeat(1e5)), 'refuses'],
  ['endless objects', file('{"a":'.repeat(1e5)), 'refuses'],
];

const differing: readonly (readonly [string, Uint8Array, Verdict, Verdict])[] = [
  ['a name twice', file(`{"a":${tensor()},"a":${tensor()}}`, 4), 'reads', 'refuses'],
  [
    'a name twice, once escaped',
    file(`{"a":${tensor()},"\\u0061":${tensor()}}`, 4),
    'reads',
    'refuses',
  ],
  [
    'an unknown field with a number below 0 or a fraction',
    one({ more: ',"more":0.5' }),
    'reads',
    'refuses',
  ],
  [
    'a size or offset from 2⁵³ on, beside a 0',
    one({ shape: '[0,9223372036854775807]', offsets: '[0,0]' }, 0),
    'reads',
    'refuses',
  ],
  [
    'sizes whose product overflows 64 bits, beside a 0',
    one({ shape: '[1099511627776,1099511627776,0]', offsets: '[0,0]' }, 0),
    'refuses',
    'reads',
  ],
  ['a header of more than 33,554,432 bytes', file(' '.repeat(2 ** 25) + '{}'), 'reads', 'refuses'],
];

const verdictOn = (bytes: Uint8Array): Verdict => {
  try {
    readSafetensors(bytes);
    return 'reads';
  } catch (error) {
    if (error instanceof ModelFileError) return 'refuses';
    throw error;
  }
};

describe('as the reference implementation', () => {
  test.each(cases)('%s', (_, bytes, verdict) => {
    expect(verdictOn(bytes)).toBe(verdict);
  });
});

describe('unlike the reference implementation, as the documentation says', () => {
  const page = new URL('../../../../docs/model-files.md', import.meta.url);
  const rows = [
    ...readFileSync(page, 'utf8').matchAll(
      /^\| (.+?) +\| (reads|refuses) +\| (reads|refuses) +\|/gm,
    ),
  ];

  test('the table has these cases', () => {
    const listed = rows.map(([, what, rust, here]) => [what, rust, here]);
    expect(listed).toEqual(differing.map(([what, , rust, here]) => [what, rust, here]));
  });

  test.each(differing)('%s', (_, bytes, rust, here) => {
    expect(verdictOn(bytes)).toBe(here);
    expect(here).not.toBe(rust);
  });
});

test('tensors of a dtype that is not read are named', () => {
  const { tensors, notRead } = readSafetensors(
    file(`{"a":${tensor()},"b":${tensor({ dtype: 'F4', shape: '[2,4]', offsets: '[4,8]' })}}`, 8),
  );
  expect([...tensors.keys()]).toEqual(['a']);
  expect(notRead).toEqual(new Map([['b', 'F4']]));
});
