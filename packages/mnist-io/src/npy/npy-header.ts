/**
 * The header of a `.npy` file: `\x93NUMPY`, version (major, minor), length of the description
 * (uint16, from version 2 on uint32, little-endian), then the description, a Python dictionary such
 * as `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`, padded with spaces to a
 * multiple of 64 bytes. Source: numpy.lib.format, "NEP 1".
 */
import { NpyFormatError } from '../errors.ts';
import { contentKind } from '../content-kind.ts';

const MAGIC = '\x93NUMPY';

/** Longest description that is read; NumPy itself refuses to read more by default. */
const MAX_DESCRIPTION_BYTES = 10_000;

/** Where elements begin is a multiple of this. */
const ALIGNMENT = 64;

/** The header of a `.npy` file. */
export interface NpyHeader {
  /** Byte order and element type, such as `<f4`; `|` where there is no order. */
  readonly descr: string;
  readonly shape: readonly number[];
  /** Whether the first axis varies fastest, as in Fortran, instead of the last. */
  readonly isFortranOrder: boolean;
  /** Number of bytes before the first element. */
  readonly headerBytes: number;
}

/** One entry of the header. No two repetitions stand side by side, so it is read in one go. */
const ENTRY =
  /\s*(['"])(\w+)\1\s*:\s*(?:(['"])([^'"]*)\3|(True|False)|\(([\d\s,L]*)\)|(\[))(?:\s*,)?/y;
const END = /\s*\}\s*$/y;

/** The entries of a header, as text; `type` is undefined for records with fields. */
interface Described {
  readonly type: string | undefined;
  readonly order: string;
  readonly sizes: string;
}

/**
 * The Python dictionary of a header; undefined for anything else. Goes through it once, since a
 * pattern for all of it would, for a header made to hurt, take for ever.
 */
function describedBy(text: string): Described | undefined {
  const found = new Map<string, string>();
  let at = 1;
  for (;;) {
    ENTRY.lastIndex = at;
    const [whole, , key, , type, order, sizes, fields] = ENTRY.exec(text) ?? [];
    if (whole === undefined) break;
    if (key === 'descr' && fields !== undefined) return { type: undefined, order: '', sizes: '' };
    const value = { descr: type, fortran_order: order, shape: sizes }[key!];
    if (value === undefined || found.has(key!)) return undefined;
    found.set(key!, value);
    at += whole.length;
  }
  END.lastIndex = at;
  if (!text.startsWith('{') || found.size < 3 || !END.test(text)) return undefined;
  const [type, order, sizes] = ['descr', 'fortran_order', 'shape'].map((key) => found.get(key)!);
  return { type: type!, order: order!, sizes: sizes! };
}

/**
 * Reads the header of a `.npy` file of version 1, 2 or 3.
 * @throws NpyFormatError if it is not one, or the array has fields or objects.
 */
export function parseNpyHeader(bytes: Uint8Array, source: string): NpyHeader {
  const fail = (message: string): never => {
    throw new NpyFormatError(`${source}: ${message}`);
  };
  if (String.fromCharCode(...bytes.subarray(0, 6)) !== MAGIC) {
    const kind = contentKind(bytes);
    return fail(
      `expected a NumPy array (.npy); received ${kind ?? 'other bytes'}. Save it with numpy.save.`,
    );
  }
  const [major = 0, minor = 0] = bytes.subarray(6, 8);
  if (bytes.length < 12) return fail('expected a whole header; received less. Get the file again.');
  if (major < 1 || major > 3 || minor !== 0) {
    return fail(`expected version 1.0, 2.0 or 3.0 of the format; received ${major}.${minor}.`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const [start, length] =
    major === 1 ? [10, view.getUint16(8, true)] : [12, view.getUint32(8, true)];
  if (length > MAX_DESCRIPTION_BYTES) {
    return fail(
      `expected a header of at most ${MAX_DESCRIPTION_BYTES} bytes; received one of ${length}.`,
    );
  }
  const headerBytes = start + length;
  if (bytes.length < headerBytes) {
    return fail(
      `expected a header of ${headerBytes} bytes; received ${bytes.length}. Get it again.`,
    );
  }
  const text = new TextDecoder().decode(bytes.subarray(start, headerBytes));
  const described = describedBy(text);
  if (!described) {
    return fail(
      `expected a header with descr, fortran_order and shape; received ${JSON.stringify(text.slice(0, 100))}.`,
    );
  }
  const { type, order, sizes } = described;
  if (type === undefined || type.includes('O')) {
    return fail(
      `expected numbers; received ${type === undefined ? 'records with fields' : 'Python objects'}. Save plain arrays, with .astype if need be.`,
    );
  }
  // Python 2 wrote long integers with an L.
  const shape = sizes.split(',').map((size) => size.replace('L', '').trim());
  if (shape.at(-1) === '') shape.pop();
  const numbers = shape.map(Number);
  if (!shape.every((size) => /^\d+$/.test(size)) || !numbers.every(Number.isSafeInteger)) {
    return fail(`expected whole numbers as shape; received (${sizes}).`);
  }
  return { descr: type, shape: numbers, isFortranOrder: order === 'True', headerBytes };
}

/** Writes a header of version 1.0, as NumPy does. */
export function encodeNpyHeader(descr: string, shape: readonly number[]): Uint8Array {
  const sizes = shape.length === 1 ? `${shape[0]!},` : shape.join(', ');
  const description = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const unpadded = MAGIC.length + 4 + description.length + 1;
  const headerBytes = Math.ceil(unpadded / ALIGNMENT) * ALIGNMENT;
  const bytes = new Uint8Array(headerBytes).fill(0x20);
  const text = `${MAGIC}\x01\x00\x00\x00${description}`;
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  new DataView(bytes.buffer).setUint16(8, headerBytes - 10, true);
  bytes[headerBytes - 1] = 0x0a;
  return bytes;
}
