/**
 * The safetensors format: named tensors and a string map, in one file that is safe to read.
 *
 *     8 bytes   length of the header, unsigned, little-endian
 *     header    JSON {"__metadata__": {…}, "name": {"dtype", "shape", "data_offsets": [from, to]}, …}
 *     data      the tensors, little-endian, row-major, without gaps
 *
 * Reading checks every rule of the reference implementation (`safetensors/src/tensor.rs`) before
 * it allocates; docs/model-files.md lists where the verdicts differ. Writing orders tensors as it
 * does: by alignment, largest first, then by name.
 */
import {
  allocate,
  checkOptions,
  formatShape,
  kindOf,
  OptionError,
  shown,
  sizeOf,
  Tensor,
  type DType,
  isErrorNamed,
} from '@convnet/tensor/inference';
import { canonicalJson } from '../canonical-json.ts';
import { checkHeaderJson, isUnicode } from './header-json.ts';
import { ModelFileError } from './model-file-error.ts';

/** Largest header that is read, in bytes: what describes a hundred thousand tensors takes half. */
const LONGEST_HEADER = 2 ** 25;
const LENGTH_BYTES = 8;
const METADATA = '__metadata__';

/** The content of a safetensors file. */
export interface Safetensors {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: ReadonlyMap<string, string>;
}

/** The content of a file that was read. */
export interface ReadSafetensorsResult extends Safetensors {
  /** Tensors of whole numbers, truth values and floats of a byte or less: not read, with their dtype. */
  readonly notRead: ReadonlyMap<string, string>;
}

interface Entry {
  readonly name: string;
  readonly format: string;
  readonly shape: readonly number[];
  readonly from: number;
  readonly to: number;
}

/** How the numbers of dtypes are read, by the names of these. */
export type NumberReaders = Readonly<
  Record<
    string,
    { readonly dtype: DType; readonly read: (view: DataView, at: number) => number } | undefined
  >
>;

/** Of float32. */
export const float32Numbers: NumberReaders = {
  F32: { dtype: 'float32', read: (view, at) => view.getFloat32(at, true) },
};

/** Bits of a number, of every dtype that there is. */
const bitsOf = new Map<unknown, number>(
  Object.entries({
    64: 'F64 I64 U64 C64',
    32: 'F32 I32 U32',
    16: 'F16 BF16 I16 U16',
    8: 'BOOL I8 U8 F8_E5M2 F8_E4M3 F8_E8M0 F8_E5M2FNUZ F8_E4M3FNUZ',
    6: 'F6_E2M3 F6_E3M2',
    4: 'F4',
  }).flatMap(([bits, names]) => names.split(' ').map((name) => [name, Number(bits)] as const)),
);

const bytesPer = { float32: 4, float64: 8 } as const;

/** Bytes of a file with `tensors` and `metadata`. Equal contents give equal bytes. */
export function writeSafetensors(contents: Safetensors): Uint8Array<ArrayBuffer> {
  checkOptions(contents, 'tensors metadata', 'writeSafetensors');
  const { tensors, metadata } = contents;
  for (const map of [tensors, metadata]) {
    if (kindOf(map) === 'Map') continue;
    throw new OptionError(`writeSafetensors: expected Maps; received ${shown(map)}.`);
  }
  const byName = [...tensors].sort(([a], [b]) => (a < b ? -1 : 1));
  const inFileOrder = byName.toSorted(([, a], [, b]) => bytesPer[b.dtype] - bytesPer[a.dtype]);
  // Entries, because a tensor may have any name, and assigning to `__proto__` makes no property.
  const entries: [name: string, value: unknown][] = [];
  let end = 0;
  for (const [name, { dtype, shape, data }] of inFileOrder) {
    const dataOffsets = [end, end + data.byteLength];
    const format = dtype === 'float32' ? 'F32' : 'F64';
    entries.push([name, { dtype: format, shape, data_offsets: dataOffsets }]);
    end += data.byteLength;
  }
  if (metadata.size > 0) entries.push([METADATA, Object.fromEntries(metadata)]);
  const json = new TextEncoder().encode(canonicalJson(Object.fromEntries(entries)));
  const headerLength = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(LENGTH_BYTES + headerLength + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.fill(0x20, LENGTH_BYTES, LENGTH_BYTES + headerLength);
  bytes.set(json, LENGTH_BYTES);
  let offset = LENGTH_BYTES + headerLength;
  for (const [, { data }] of inFileOrder) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return bytes;
}

/**
 * Reads a file as far as its numbers are of known dtypes. Tensors are views of `bytes` where numbers of
 * their kind may lie there, else copies.
 * @throws ModelFileError for anything that breaks the format.
 */
export function readTensors(bytes: Uint8Array, readers: NumberReaders): ReadSafetensorsResult {
  const dataStart = LENGTH_BYTES + headerLengthOf(bytes);
  const header = parseHeader(bytes.subarray(LENGTH_BYTES, dataStart));
  const metadata = new Map<string, string>();
  const entries: Entry[] = [];
  for (const [name, value] of Object.entries(header)) {
    if (name === METADATA) readMetadata(value, metadata);
    else entries.push(readEntry(name, value));
  }
  checkLayout(entries, bytes.length - dataStart);
  const tensors = new Map<string, Tensor>();
  const notRead = new Map<string, string>();
  for (const entry of entries) {
    const tensor = readTensor(bytes.subarray(dataStart), entry, readers);
    if (tensor) tensors.set(entry.name, tensor);
    else notRead.set(entry.name, entry.format);
  }
  return { tensors, metadata, notRead };
}

/** The tensor of an entry; `undefined` for a dtype that is not read. */
function readTensor(
  bytes: Uint8Array,
  { format, shape, from, to }: Entry,
  readers: NumberReaders,
): Tensor | undefined {
  const reader = readers[format];
  if (!reader) return undefined;
  const { dtype, read } = reader;
  const width = bitsOf.get(format)! / 8;
  const length = (to - from) / width;
  const offset = bytes.byteOffset + from;
  if (bytesPer[dtype] === width && offset % width === 0 && bytes.buffer instanceof ArrayBuffer) {
    const Data = dtype === 'float32' ? Float32Array : Float64Array;
    return new Tensor(new Data(bytes.buffer, offset, length), shape);
  }
  const data = allocate(dtype, length);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (let i = 0; i < length; i++) data[i] = read(view, from + i * width);
  return new Tensor(data, shape);
}

function headerLengthOf(bytes: Uint8Array): number {
  if (bytes.length < LENGTH_BYTES) {
    throw new ModelFileError(
      `not a safetensors file: expected at least ${LENGTH_BYTES} bytes; received ${bytes.length}.`,
    );
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > LONGEST_HEADER) {
    throw new ModelFileError(
      `not a safetensors file: expected a header of at most ${LONGEST_HEADER} bytes; the file announces ${length}.`,
    );
  }
  if (LENGTH_BYTES + Number(length) > bytes.length) {
    throw new ModelFileError(
      `the file is cut: its header needs ${LENGTH_BYTES + Number(length)} bytes; received ${bytes.length}.`,
    );
  }
  return Number(length);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  let header: unknown;
  try {
    const json = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    checkHeaderJson(json);
    header = JSON.parse(json);
  } catch (error) {
    if (isErrorNamed<ModelFileError>(error, 'ModelFileError')) throw error;
    // Said below, like a header that is JSON but no object.
  }
  if (!isObject(header)) {
    throw new ModelFileError('not a safetensors file: expected its header to be a JSON object.');
  }
  return header;
}

function readMetadata(value: unknown, metadata: Map<string, string>): void {
  if (value === null) return;
  for (const [key, text] of isObject(value) ? Object.entries(value) : [['', undefined] as const]) {
    if (typeof text !== 'string' || !isUnicode(text)) {
      throw new ModelFileError(`${METADATA}: expected a map of strings.`);
    }
    metadata.set(key, text);
  }
}

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;

function readEntry(name: string, value: unknown): Entry {
  const where = `tensor ${shown(name)}`;
  const { dtype, shape, data_offsets: offsets } = isObject(value) ? value : {};
  const bits = bitsOf.get(dtype);
  if (bits === undefined) {
    throw new ModelFileError(
      `${where}: expected dtype F32, F64, F16 or BF16; received ${dtype === undefined ? 'none' : shown(dtype)}. Save the model in float32.`,
    );
  }
  if (!Array.isArray(shape) || !shape.every(isCount)) {
    throw new ModelFileError(`${where}: expected a shape of whole numbers of at least 0.`);
  }
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) {
    throw new ModelFileError(`${where}: expected data_offsets [from, to].`);
  }
  const [from, to] = offsets as [number, number];
  const expected = (sizeOf(shape) * bits) / 8;
  if (to - from !== expected) {
    throw new ModelFileError(
      `${where}: expected ${expected} bytes for ${String(dtype)} of shape ${formatShape(shape)}; data_offsets [${from}, ${to}] hold ${to - from}.`,
    );
  }
  return { name, format: String(dtype), shape, from, to };
}

/** Tensors must follow each other from 0 to the end of the file, without gap or overlap. */
function checkLayout(entries: readonly Entry[], dataLength: number): void {
  let end = 0;
  for (const { name, from, to } of entries.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
    if (from !== end) {
      throw new ModelFileError(
        `tensor ${shown(name)}: expected its data to begin at byte ${end}, where the one before ends; it begins at ${from}.`,
      );
    }
    end = to;
  }
  if (end !== dataLength) {
    const what = dataLength < end ? 'the file is cut' : 'the file is too long';
    throw new ModelFileError(`${what}: expected ${end} bytes of tensors; received ${dataLength}.`);
  }
}
