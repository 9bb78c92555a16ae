import { Tensor } from '@convnet/tensor';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { ModelFileError } from './model-file-error.ts';
import { readSafetensors } from './number-formats.ts';
import { writeSafetensors } from './safetensors.ts';
import { fileWithHeader as file } from '../../test/file-with-header.ts';

const none = new Map<string, never>();

describe('writing', () => {
  test('an empty map gives the bytes of the reference implementation', () => {
    const bytes = writeSafetensors({ tensors: none, metadata: none });
    expect([...bytes]).toEqual([
      8, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x7d, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20,
    ]);
  });

  test('the header of one small tensor is 64 bytes long, as in the reference implementation', () => {
    const tensors = new Map([['attn.0', Tensor.zeros([1, 2, 3])]]);
    const bytes = writeSafetensors({ tensors, metadata: none });
    expect(bytes[0]).toBe(64);
    expect(bytes).toHaveLength(8 + 64 + 24);
  });

  test('orders by alignment, then by name, whatever the order given', () => {
    const a = Tensor.from([1, 2]);
    const b = Tensor.from([3], 'float64');
    const forward = writeSafetensors({
      tensors: new Map([
        ['a', a],
        ['b', b],
      ]),
      metadata: none,
    });
    const backward = writeSafetensors({
      tensors: new Map([
        ['b', b],
        ['a', a],
      ]),
      metadata: none,
    });
    expect(forward).toEqual(backward);
    const data = new DataView(forward.buffer, forward.length - 16);
    expect(data.getFloat64(0, true)).toBe(3);
    expect(data.getFloat32(8, true)).toBe(1);
  });
});

test('names that are special to JavaScript are names like others', () => {
  const names = ['__proto__', 'constructor', 'toString'];
  const tensors = new Map(names.map((name, i) => [name, Tensor.from([i])]));
  const metadata = new Map(names.map((name) => [name, name]));
  const read = readSafetensors(writeSafetensors({ tensors, metadata }));
  expect([...read.tensors.keys()].sort()).toEqual([...names].sort());
  expect(read.metadata).toEqual(metadata);
});

test('what is written is read', () => {
  const name = fc.string({ minLength: 1 }).filter((text) => text !== '__metadata__');
  const tensor = fc
    .tuple(
      fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }),
      fc.constantFrom('float32', 'float64'),
    )
    .map(([shape, dtype]) => {
      const made = Tensor.zeros(shape, dtype);
      for (let i = 0; i < made.size; i++) made.data[i] = i - 1.5;
      return made;
    });
  fc.assert(
    fc.property(fc.array(fc.tuple(name, tensor)), fc.dictionary(name, name), (list, text) => {
      const tensors = new Map(list);
      const metadata = new Map(Object.entries(text));
      const read = readSafetensors(writeSafetensors({ tensors, metadata }));
      expect(read.metadata).toEqual(metadata);
      expect([...read.tensors.keys()].sort()).toEqual([...tensors.keys()].sort());
      for (const [key, { shape, data }] of tensors) {
        expect(read.tensors.get(key)).toMatchObject({ shape, data });
      }
    }),
  );
});

describe('a long header takes time in proportion to its length', () => {
  // What grows with the square of the length would take hours.
  const long = 10_000_000;

  test.each([
    ['a string without an end', `{"${'\\"'.repeat(long / 2)}`],
    ['quotes', `{${'"'.repeat(long)}`],
    ['strings that are no names', `{${'"a" '.repeat(long / 4)}`],
    ['spaces before a colon that does not come', `{"a"${' '.repeat(long)}`],
    ['backslashes', `{"${'\\'.repeat(long)}`],
  ])('%s', (_, header) => {
    expect(() => readSafetensors(file(header))).toThrow(ModelFileError);
  });

  test('one of 100 MB is refused before it is looked at', () => {
    const parse = vi.spyOn(JSON, 'parse');
    const decode = vi.spyOn(TextDecoder.prototype, 'decode');
    const bytes = new Uint8Array(8 + 10 * long);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(10 * long), true);
    expect(() => readSafetensors(bytes)).toThrow(/header of at most 33554432 bytes/);
    expect(parse).not.toHaveBeenCalled();
    expect(decode).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });

  test('a text of 20 MB is read', () => {
    const text = 'x'.repeat(2 * long);
    const { metadata } = readSafetensors(file(`{"__metadata__":{"text":"${text}"}}`));
    expect(metadata.get('text')).toHaveLength(2 * long);
  });
});

describe('refuses', () => {
  const entry = (from: number, to: number, shape = [(to - from) / 4], dtype = 'F32') =>
    JSON.stringify({ dtype, shape, data_offsets: [from, to] });

  test.each<[string, Uint8Array, RegExp]>([
    ['nothing', new Uint8Array(0), /at least 8 bytes; received 0/],
    ['a huge header', new Uint8Array(16).fill(255), /header of at most 33554432 bytes/],
    ['a cut header', file('{}').subarray(0, 9), /the file is cut/],
    ['no JSON', file('{"a":'), /header to be a JSON object/],
    ['broken UTF-8', Uint8Array.of(3, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0xff, 0x7d), /JSON object/],
    ['a list', file('[]'), /JSON object/],
    [
      'a tensor twice',
      file(`{"a":${entry(0, 4)},"\\u0061" :${entry(0, 4)}}`, 4),
      /received "a" twice/,
    ],
    ['metadata twice', file('{"__metadata__":{"k":"1","k":"2"}}'), /received "k" twice/],
    ['deep JSON', file('{"a":'.repeat(1e5) + '1' + '}'.repeat(1e5)), /at most 127 levels/],
    ['deep lists', file(`{"a":${'['.repeat(1e5)}${']'.repeat(1e5)}}`), /at most 127 levels/],
    ['a byte order mark', file('\ufeff{}'), /JSON object/],
    ['metadata that is no map', file('{"__metadata__":1}'), /map of strings/],
    ['metadata that is not text', file('{"__metadata__":{"a":1}}'), /map of strings/],
    ['a tensor that is nothing', file('{"a":null}'), /tensor "a": expected dtype/],
    ['an unknown dtype', file(`{"a":${entry(0, 4, [1], 'I4')}}`, 4), /received "I4"/],
    ['a negative size', file(`{"a":${entry(0, 4, [-1])}}`, 4), /numbers of digits alone/],
    ['a shape of words', file('{"a":{"dtype":"F32","shape":["1"]}}'), /shape of whole numbers/],
    ['sizes that overflow', file(`{"a":${entry(0, 4, [2 ** 40, 2 ** 40])}}`, 4), /expected \d/],
    ['no offsets', file('{"a":{"dtype":"F32","shape":[1]}}', 4), /data_offsets/],
    [
      'a wrong length',
      file(`{"a":${entry(0, 8, [1])}}`, 8),
      /expected 4 bytes for F32 of shape \[1\]/,
    ],
    ['a gap', file(`{"a":${entry(0, 4)},"b":${entry(8, 12)}}`, 12), /begin at byte 4/],
    ['an overlap', file(`{"a":${entry(0, 8)},"b":${entry(4, 12)}}`, 12), /begin at byte 8/],
    ['a start after 0', file(`{"a":${entry(4, 8)}}`, 8), /begin at byte 0/],
    ['missing data', file(`{"a":${entry(0, 8)}}`, 7), /the file is cut: expected 8 bytes/],
    ['data too many', file(`{"a":${entry(0, 8)}}`, 9), /the file is too long/],
  ])('%s', (_, bytes, message) => {
    expect(() => readSafetensors(bytes)).toThrow(ModelFileError);
    expect(() => readSafetensors(bytes)).toThrow(message);
  });
});
