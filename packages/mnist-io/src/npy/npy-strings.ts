/**
 * Lists of strings in `.npy` files, as NumPy has them: `<U5` is five code points each, of four
 * bytes, the shorter ones padded with zeros. Class names are kept so.
 */
import { asBytes, listOption, textOption } from '@convnet/tensor';
import { NpyFormatError } from '../errors.ts';
import { encodeNpyHeader, parseNpyHeader } from './npy-header.ts';

/** Most characters of one string. */
const MAX_LENGTH = 1000;

/** Writes a list of strings as an array `[n]`. */
export function encodeNpyStrings(strings: readonly string[]): Uint8Array {
  const { length: count } = listOption(strings, 'encodeNpyStrings');
  const rows: number[][] = [];
  for (let i = 0; i < count; i++) {
    const text = textOption(strings[i], 'encodeNpyStrings');
    rows.push(Array.from(text, (character) => character.codePointAt(0)!));
  }
  const length = rows.reduce((most, row) => Math.max(most, row.length), 1);
  const header = encodeNpyHeader(`<U${length}`, [count]);
  const bytes = new Uint8Array(header.length + 4 * length * count);
  bytes.set(header);
  const view = new DataView(bytes.buffer, header.length);
  for (const [index, row] of rows.entries()) {
    for (const [place, point] of row.entries()) {
      view.setUint32(4 * (index * length + place), point, true);
    }
  }
  return bytes;
}

/**
 * Reads a list of strings.
 * @throws NpyFormatError if the bytes are not exactly one array `[n]` of strings.
 */
export function parseNpyStrings(file: Uint8Array, source: string): string[] {
  const bytes = asBytes(file, 'parseNpyStrings');
  textOption(source, 'parseNpyStrings source');
  const { descr, shape, headerBytes } = parseNpyHeader(bytes, source);
  const length = Number(/^<U(\d+)$/.exec(descr)?.[1]);
  const [count = 0] = shape;
  const fits = length <= MAX_LENGTH && bytes.length - headerBytes === 4 * length * count;
  if (shape.length !== 1 || !fits) {
    throw new NpyFormatError(
      `${source}: expected a list of strings of at most ${MAX_LENGTH} characters (<U); received '${descr}' [${shape.join(', ')}].`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + headerBytes);
  return Array.from({ length: count }, (_, index) => {
    let text = '';
    for (let place = 0; place < length; place++) {
      const point = view.getUint32(4 * (index * length + place), true);
      if (point === 0) break;
      if (point > 0x10ffff) {
        throw new NpyFormatError(`${source}: expected characters; received code point ${point}.`);
      }
      text += String.fromCodePoint(point);
    }
    return text;
  });
}
