import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { needed } from '../../../../test-needs.shared.ts';
import { bitsOf, idxArrays } from '../../test/idx-arrays.ts';
import { temporaryFolder } from '../../test/small-dataset.ts';
import { NpyFormatError } from '../errors.ts';
import { idxTypeName } from '../idx/idx-types.ts';
import { encodeNpyStrings, parseNpyStrings } from './npy-strings.ts';
import { encodeNpy, parseNpy } from './npy.ts';

const python = needed('NumPy', 'reading and writing .npy as NumPy does');

/** A file with a description of our own, of the given version. */
function npy(description: string, data: Uint8Array = new Uint8Array(0), version = 1): Uint8Array {
  const text = new TextEncoder().encode(`${description}\n`);
  const length = version === 1 ? [text.length & 255, text.length >> 8] : [text.length & 255, text.length >> 8, 0, 0]; // prettier-ignore
  const magic = [0x93, ...new TextEncoder().encode('NUMPY'), version, 0];
  return Uint8Array.of(...magic, ...length, ...text, ...data);
}

const described = (descr: string, shape: string, order = 'False'): string =>
  `{'descr': ${descr}, 'fortran_order': ${order}, 'shape': ${shape}, }`;

describe('parseNpy', () => {
  test('refuses sizes that are no numbers', () => {
    const array = { shape: [1n] as never, data: Uint8Array.of(1) };
    expect(() => encodeNpy(array)).toThrow('encodeNpy: expected an array { shape, data }');
  });

  test('reads what encodeNpy writes, and refuses every proper prefix and every extra byte', () => {
    fc.assert(
      fc.property(idxArrays, (array) => {
        const file = encodeNpy(array);
        const back = parseNpy(file);
        expect(back.shape).toEqual(array.shape);
        expect(back.data.constructor).toBe(array.data.constructor);
        expect(bitsOf(back.data)).toEqual(bitsOf(array.data));
        for (let length = 0; length < file.length; length++) {
          expect(() => parseNpy(file.subarray(0, length))).toThrow(NpyFormatError);
        }
        expect(() => parseNpy(Uint8Array.of(...file, 0))).toThrow(NpyFormatError);
      }),
      { numRuns: 50 },
    );
  });

  test.each([1, 2, 3])('reads version %i', (version) => {
    const file = npy(described("'>i2'", '(2,)'), Uint8Array.of(1, 2, 255, 254), version);
    expect(parseNpy(file)).toEqual({ shape: [2], data: Int16Array.of(258, -2) });
  });

  test('brings Fortran order into the other', () => {
    const file = npy(described("'|u1'", '(2, 3)', 'True'), Uint8Array.of(0, 3, 1, 4, 2, 5));
    expect(parseNpy(file)).toEqual({ shape: [2, 3], data: Uint8Array.of(0, 1, 2, 3, 4, 5) });
    const none = npy(described("'|u1'", '(2, 0, 3)', 'True'));
    expect(parseNpy(none)).toEqual({ shape: [2, 0, 3], data: new Uint8Array(0) });
    const single = npy(described("'|u1'", '()', 'True'), Uint8Array.of(9));
    expect(parseNpy(single)).toEqual({ shape: [], data: Uint8Array.of(9) });
  });

  test('reads float16 as float32', () => {
    const file = npy(described("'>f2'", '(2,)'), Uint8Array.of(0x3c, 0, 0xc1, 0));
    expect(parseNpy(file)).toEqual({ shape: [2], data: Float32Array.of(1, -2.5) });
  });

  test('reads other integers as int32 where they fit', () => {
    const words = (...values: bigint[]): Uint8Array =>
      new Uint8Array(BigInt64Array.from(values).buffer);
    const file = (value: bigint) => npy(described("'<i8'", '(2L,)'), words(7n, value));
    expect(parseNpy(file(-9n))).toEqual({ shape: [2], data: Int32Array.of(7, -9) });
    expect(() => parseNpy(file(2n ** 31n))).toThrow(/fit 32 bits; received 2147483648/);
    const bools = npy(described("'|b1'", '(2,)'), Uint8Array.of(1, 0));
    expect(parseNpy(bools).data).toEqual(Int32Array.of(1, 0));
  });

  test.each<[string, Uint8Array, RegExp]>([
    ['objects', npy(described("'|O'", '(1,)')), /received Python objects/],
    ['records', npy(described("[('a', '<i4')]", '(1,)')), /records with fields/],
    ['complex numbers', npy(described("'<c8'", '(1,)')), /received '<c8'/],
    ['text', npy(described("'<U3'", '(1,)')), /received '<U3'/],
    ['a negative size', npy(described("'|u1'", '(-1,)')), /expected a header with/],
    ['a huge shape', npy(described("'|u1'", '(4294967295, 4294967295)')), /at most 1073741824/],
    ['version 4', npy(described("'|u1'", '(1,)'), Uint8Array.of(1), 4), /received 4\.0/],
    ['no shape', npy("{'descr': '|u1', 'fortran_order': False}"), /expected a header with/],
    ['code for a header', npy("__import__('os')"), /expected a header with/],
    ['a long header', npy(' '.repeat(20_000)), /at most 10000 bytes/],
    ['a PNG', Uint8Array.of(0x89, 0x50, 0x4e, 0x47), /a PNG image/],
    ['nothing', new Uint8Array(0), /an empty file/],
  ])('refuses %s', (_, file, message) => {
    expect(() => parseNpy(file, { source: 'some.npy' })).toThrow(NpyFormatError);
    expect(() => parseNpy(file, { source: 'some.npy' })).toThrow(message);
  });

  test('reads a file with any flipped header byte or refuses it with reason', () => {
    const file = encodeNpy({ shape: [3, 2], data: Int16Array.of(1, 2, 3, 4, 5, 6) });
    for (let place = 0; place < 128; place++) {
      for (let bit = 1; bit < 256; bit *= 2) {
        const flipped = file.slice();
        flipped[place]! ^= bit;
        try {
          parseNpy(flipped);
        } catch (error) {
          expect(error).toBeInstanceOf(NpyFormatError);
        }
      }
    }
  });

  test('is refused a shape that is not that of the elements', () => {
    expect(() => encodeNpy({ shape: [3], data: new Uint8Array(2) })).toThrow(NpyFormatError);
  });
});

describe('a header', () => {
  test('may be written with double quotes, its entries in any order', () => {
    const text = '{"shape": (2,), "fortran_order": False, "descr": "|u1"}';
    expect(parseNpy(npy(text, Uint8Array.of(7, 8)))).toEqual({
      shape: [2],
      data: Uint8Array.of(7, 8),
    });
  });

  // A pattern that goes back and forth would take hours over these.
  test.each([
    ['lists', `{${"'descr': [], ".repeat(40)}`],
    ['brackets', `{'descr': ['${']'.repeat(5000)}`],
    ['spaces', `{${' '.repeat(9000)}'descr'`],
    ['commas', `{'shape': (${', '.repeat(4000)}`],
    ['entries', `{${"'shape': (1,), ".repeat(600)}`],
  ])('made of %s to hurt is refused at once', (_, text) => {
    expect(() => parseNpy(npy(text))).toThrow(NpyFormatError);
  });
});

describe('strings', () => {
  test('come back as they were', () => {
    for (const names of [['T-shirt/top', 'Bag'], ['お', '𝔸b', ''], []]) {
      expect(parseNpyStrings(encodeNpyStrings(names), 'names')).toEqual(names);
    }
    const file = encodeNpyStrings(['ab']);
    expect(() => parseNpyStrings(file.subarray(0, -1), 'names')).toThrow(NpyFormatError);
    const numbers = encodeNpy({ shape: [1], data: Uint8Array.of(1) });
    expect(() => parseNpyStrings(numbers, 'names')).toThrow(/^names: expected a list of strings/);
  });
});

describe.skipIf(!python)('NumPy', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await temporaryFolder();
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const run = (script: string): string =>
    execFileSync(python!, ['-c', `import numpy as np\n${script}`], { cwd: folder }).toString();

  test('writes the very bytes that we write, and reads them', () => {
    const arrays = fc.sample(idxArrays, { numRuns: 30, seed: 1 });
    for (const [index, array] of arrays.entries()) {
      writeFileSync(path.join(folder, `${index}.npy`), encodeNpy(array));
      writeFileSync(path.join(folder, `${index}.bin`), bitsOf(array.data));
    }
    const told = arrays.map(({ shape, data }) => [idxTypeName(data), shape]);
    const script = `import json
for i, (dtype, shape) in enumerate(json.loads('${JSON.stringify(told)}')):
    a = np.frombuffer(open(f'{i}.bin', 'rb').read(), dtype).reshape(shape)
    b = np.load(f'{i}.npy')
    assert b.dtype == a.dtype and b.shape == a.shape and b.tobytes() == a.tobytes()
    np.save(f'{i}.again.npy', a)
print('same')`;
    expect(run(script)).toBe('same\n');
    for (const [index, array] of arrays.entries()) {
      const again = readFileSync(path.join(folder, `${index}.again.npy`));
      expect(new Uint8Array(again)).toEqual(encodeNpy(array));
    }
  });

  test('is read in other types and byte orders', () => {
    run(`for t in ['>i4', '<i8', '>u2', 'uint64', '>f8', '?']: np.save(t[-1] + str(len(t)) + '.npy', np.array([[1, 0, 1]], t))
np.save('names.npy', np.array(['one', 'äö']))
np.save('f.npy', np.asfortranarray(np.arange(24, dtype='i4').reshape(2, 3, 4)))
for t in '<>': np.save('half' + t + '.npy', np.array([0, -0.0, 1 / 3, 65504, 6e-8, -np.inf, np.nan], t + 'f2'))`);
    for (const name of ['43', '83', '23', '46', '?1']) {
      const { shape, data } = parseNpy(readFileSync(path.join(folder, `${name}.npy`)));
      expect({ shape, data: [...data] }).toEqual({ shape: [1, 3], data: [1, 0, 1] });
    }
    const names = readFileSync(path.join(folder, 'names.npy'));
    expect(parseNpyStrings(names, 'names')).toEqual(['one', 'äö']);
    expect(encodeNpyStrings(['one', 'äö'])).toEqual(new Uint8Array(names));
    expect(parseNpy(readFileSync(path.join(folder, 'f.npy')))).toEqual({
      shape: [2, 3, 4],
      data: Int32Array.from({ length: 24 }, (_, i) => i),
    });
    for (const order of ['<', '>']) {
      const halves = parseNpy(readFileSync(path.join(folder, `half${order}.npy`)));
      const third = 1365 / 4096;
      expect(halves).toEqual({
        shape: [7],
        data: Float32Array.of(0, -0, third, 65504, 2 ** -24, -Infinity, NaN),
      });
    }
  });
});
