/**
 * The safetensors format: named tensors and a string map, in one file that is safe to read.
 *
 *     8 bytes   length of the header, unsigned, little-endian
 *     header    JSON {"__metadata__": {…}, "name": {"dtype", "shape", "data_offsets": [from, to]}, …}
 *     data      the tensors, little-endian, row-major, without gaps
 *
 * Reading checks every rule of the reference implementation (`safetensors/src/tensor.rs`) before
 * it allocates. Writing orders tensors as it does: by alignment, largest first, then by name.
 */
import { allocate, sizeOf, Tensor, type DType } from '@convnet/tensor';
import { canonicalJson } from './canonical-json.ts';
import { ModelFileError } from './model-file-error.ts';

/** Largest header that is read, in bytes, as in the reference implementation. */
const LONGEST_HEADER = 100_000_000;
const LENGTH_BYTES = 8;
const METADATA = '__metadata__';

/** What a safetensors file holds. */
export interface Safetensors {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: ReadonlyMap<string, string>;
}

interface Entry {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly from: number;
  readonly to: number;
}

const formats = new Map<unknown, DType>([
  ['F32', 'float32'],
  ['F64', 'float64'],
]);
const bytesPer = { float32: 4, float64: 8 } as const;

/** Bytes of a file with `tensors` and `metadata`. Equal contents give equal bytes. */
export function writeSafetensors({ tensors, metadata }: Safetensors): Uint8Array<ArrayBuffer> {
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
 * Reads a file. Tensors are copied out of `bytes`.
 * @throws ModelFileError for anything that breaks the format, or a dtype other than F32 and F64.
 */
export function readSafetensors(bytes: Uint8Array): Safetensors {
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
  for (const { name, dtype, shape, from, to } of entries) {
    const data = allocate(dtype, (to - from) / bytesPer[dtype]);
    const source = bytes.subarray(dataStart + from, dataStart + to);
    new Uint8Array(data.buffer).set(source);
    tensors.set(name, new Tensor(data, shape));
  }
  return { tensors, metadata };
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
    if (bytes[0] === 0x7b)
      header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // Said below, like a header that is JSON but no object.
  }
  if (!isObject(header)) {
    throw new ModelFileError('not a safetensors file: expected its header to be a JSON object.');
  }
  return header;
}

function readMetadata(value: unknown, metadata: Map<string, string>): void {
  for (const [key, text] of isObject(value) ? Object.entries(value) : [['', undefined] as const]) {
    if (typeof text !== 'string') {
      throw new ModelFileError(`${METADATA}: expected a map of strings.`);
    }
    metadata.set(key, text);
  }
}

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;

function readEntry(name: string, value: unknown): Entry {
  const where = `tensor ${JSON.stringify(name)}`;
  const { dtype, shape, data_offsets: offsets } = isObject(value) ? value : {};
  const format = formats.get(dtype);
  if (!format) {
    throw new ModelFileError(
      `${where}: expected dtype F32 or F64; received ${dtype === undefined ? 'none' : JSON.stringify(dtype)}. Save the model in float32.`,
    );
  }
  if (!Array.isArray(shape) || !shape.every(isCount)) {
    throw new ModelFileError(`${where}: expected a shape of whole numbers of at least 0.`);
  }
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) {
    throw new ModelFileError(`${where}: expected data_offsets [from, to].`);
  }
  const [from, to] = offsets as [number, number];
  const expected = sizeOf(shape) * bytesPer[format];
  if (to - from !== expected) {
    throw new ModelFileError(
      `${where}: expected ${expected} bytes for ${dtype as string} of shape [${shape.join(', ')}]; data_offsets [${from}, ${to}] hold ${to - from}.`,
    );
  }
  return { name, dtype: format, shape, from, to };
}

/** Tensors must follow each other from 0 to the end of the file, without gap or overlap. */
function checkLayout(entries: readonly Entry[], dataLength: number): void {
  let end = 0;
  for (const { name, from, to } of entries.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
    if (from !== end) {
      throw new ModelFileError(
        `tensor ${JSON.stringify(name)}: expected its data to begin at byte ${end}, where the one before ends; it begins at ${from}.`,
      );
    }
    end = to;
  }
  if (end !== dataLength) {
    const what = dataLength < end ? 'the file is cut' : 'the file is too long';
    throw new ModelFileError(`${what}: expected ${end} bytes of tensors; received ${dataLength}.`);
  }
}
