/**
 * NumPy arrays in `.npy` files: the header, then the elements, row-major or in Fortran's order, which is
 * brought into the other. The six element types of IDX are read and written as they are, in either byte
 * order; float16 is read as float32, and integers that IDX has not, such as the int64 that NumPy makes of
 * Python's numbers, as int32 where all of them fit.
 */
import { asBytes, checkOptions, fromHalf, textOption } from '@convnet/tensor';
import {
  HOST_IS_LITTLE_ENDIAN,
  swapToOrFromLittleEndian,
  swapToOrFromBigEndian,
} from '../byte-order.ts';
import { NpyFormatError } from '../errors.ts';
import { formatSizes } from '../idx/idx-header.ts';
import {
  bytesOf,
  checkArray,
  countElements,
  ELEMENT_TYPES,
  elementsOf,
  elementTypeOf,
  MAX_IDX_BYTES,
  type IdxArray,
  type IdxData,
} from '../idx/idx-types.ts';
import { encodeNpyHeader, parseNpyHeader, type NpyHeader } from './npy-header.ts';

/** NumPy's letters and sizes of the six element types. */
const KINDS = {
  uint8: 'u1',
  int8: 'i1',
  int16: 'i2',
  int32: 'i4',
  float32: 'f4',
  float64: 'f8',
} as const;

/** IEEE 754 binary16. */
const HALF = 'f2';

/** How elements that IDX has not are read, as the numbers that they are. */
const WIDER: ReadonlyMap<string, (view: DataView, at: number, little: boolean) => number> = new Map(
  [
    [HALF, (view, at, little) => fromHalf(view.getUint16(at, little))],
    ['b1', (view, at) => view.getUint8(at)],
    ['u2', (view, at, little) => view.getUint16(at, little)],
    ['u4', (view, at, little) => view.getUint32(at, little)],
    ['i8', (view, at, little) => Number(view.getBigInt64(at, little))],
    ['u8', (view, at, little) => Number(view.getBigUint64(at, little))],
  ],
);

/** Options of {@link parseNpy}. */
export interface ParseNpyOptions {
  /** Name of the data in messages, such as its file name. */
  readonly source?: string | undefined;
}

/**
 * Reads a `.npy` file.
 *
 * @returns the array, row-major; its elements are a copy.
 * @throws NpyFormatError if the bytes are not exactly one array of numbers, of at most 1 GiB, or hold
 * integers that int32 cannot.
 * @example
 * ```ts
 * const { shape, data } = parseNpy(await readFile('x_train.npy')); // [60000, 28, 28]
 * ```
 */
export function parseNpy(file: Uint8Array | ArrayBuffer, options: ParseNpyOptions = {}): IdxArray {
  checkOptions(options, 'source', 'parseNpy');
  const { source = 'NumPy data' } = options;
  textOption(source, 'parseNpy source');
  const bytes = asBytes(file, 'parseNpy');
  const header = parseNpyHeader(bytes, source);
  const data = elementsIn(bytes, header, source);
  const { shape, isFortranOrder } = header;
  return { shape, data: isFortranOrder ? rowMajor(data, shape) : data };
}

/** The elements in the order that they have in the file. */
function elementsIn(bytes: Uint8Array, header: NpyHeader, source: string): IdxData {
  const [, order = '', kind = ''] = /^([<>|=]?)(.*)$/.exec(header.descr) ?? [];
  const isLittle = order === '=' ? HOST_IS_LITTLE_ENDIAN : order !== '>';
  const type = ELEMENT_TYPES.find(({ name }) => KINDS[name] === kind);
  if (type !== undefined) {
    const elements = elementBytes(bytes, header, type.array.BYTES_PER_ELEMENT, source).slice();
    const swap = isLittle ? swapToOrFromLittleEndian : swapToOrFromBigEndian;
    swap(elements, type.array.BYTES_PER_ELEMENT);
    return elementsOf(type, elements);
  }
  const read = WIDER.get(kind);
  if (read === undefined) {
    throw new NpyFormatError(
      `${source}: expected elements of ${Object.values(KINDS).join(', ')}, f2 or another integer type; received '${header.descr}'. Convert them with .astype.`,
    );
  }
  const size = Number(kind.slice(1));
  const elements = elementBytes(bytes, header, size, source);
  const view = new DataView(elements.buffer, elements.byteOffset, elements.length);
  const isFloat = kind === HALF;
  const data = new (isFloat ? Float32Array : Int32Array)(elements.length / size);
  for (let i = 0; i < data.length; i++) {
    const value = read(view, i * size, isLittle);
    data[i] = value;
    if (data[i] !== value && !isFloat) {
      throw new NpyFormatError(
        `${source}: expected integers that fit 32 bits; received ${value} as element ${i} of '${header.descr}'. Convert them with .astype.`,
      );
    }
  }
  return data;
}

/** Elements whose first axis varies fastest, so that the last one does. */
function rowMajor(data: IdxData, shape: readonly number[]): IdxData {
  const result = data.slice();
  const steps = shape.map((_, axis) => countElements(shape.slice(0, axis)));
  const place = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < result.length; to++) {
    result[to] = data[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += steps[axis]!;
      place[axis]! += 1;
      if (place[axis]! < shape[axis]!) break;
      from -= steps[axis]! * shape[axis]!;
      place[axis] = 0;
    }
  }
  return result;
}

/** The bytes of the elements, held against the header. */
function elementBytes(
  bytes: Uint8Array,
  { shape, headerBytes }: NpyHeader,
  elementSize: number,
  source: string,
): Uint8Array<ArrayBuffer> {
  const expected = countElements(shape) * elementSize;
  const received = bytes.length - headerBytes;
  if (expected > MAX_IDX_BYTES) {
    throw new NpyFormatError(
      `${source}: expected at most ${MAX_IDX_BYTES} bytes of elements; the header announces ${formatSizes(shape)}, which is more.`,
    );
  }
  if (expected !== received) {
    throw new NpyFormatError(
      `${source}: expected ${expected} bytes of elements for ${formatSizes(shape)}; received ${received}. Get the file again.`,
    );
  }
  return new Uint8Array(bytes.buffer as ArrayBuffer, bytes.byteOffset + headerBytes, received);
}

/**
 * Writes a `.npy` file of version 1.0, little-endian, in the very bytes that NumPy writes.
 *
 * @throws NpyFormatError if the shape does not fit the number of elements.
 * @example
 * ```ts
 * await writeFile('labels.npy', encodeNpy({ shape: [2], data: Uint8Array.of(7, 9) }));
 * ```
 */
export function encodeNpy(array: IdxArray): Uint8Array<ArrayBuffer> {
  checkArray(array, 'encodeNpy');
  const { shape, data } = array;
  if (countElements(shape) !== data.length) {
    throw new NpyFormatError(
      `encodeNpy: expected sizes whose product is ${data.length}, the number of elements; received ${formatSizes(shape)}.`,
    );
  }
  const type = elementTypeOf(data);
  const order = type.array.BYTES_PER_ELEMENT === 1 ? '|' : '<';
  const header = encodeNpyHeader(`${order}${KINDS[type.name]}`, shape);
  const bytes = new Uint8Array(header.length + data.byteLength);
  bytes.set(header);
  bytes.set(bytesOf(data), header.length);
  swapToOrFromLittleEndian(bytes.subarray(header.length), type.array.BYTES_PER_ELEMENT);
  return bytes;
}
