/**
 * Unpacks deflate (RFC 1951): blocks of literals and of matches, which repeat up to 258 bytes of the
 * last 32 KiB. It comes to exactly where the data ends, which the platform's `DecompressionStream` does
 * not tell, so that what follows can be read: another member of a gzip file, say.
 */
import type { BitInput } from './bit-input.ts';
import { huffmanTable, nextSymbol, type HuffmanTable } from './huffman.ts';

/** How far back a match may begin. */
const WINDOW_BYTES = 2 ** 15;
const LONGEST_MATCH = 258;
/** Bytes that are put out at a time. */
const PIECE_BYTES = 2 ** 16;

const END_OF_BLOCK = 256;
const FIRST_LENGTH = 257;

/** Where each group of lengths and distances begins, and how many bits tell which of it (3.2.5). */
const lengths = groups(
  3,
  [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5],
);
const distances = groups(
  1,
  [
    0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13,
    13,
  ],
);
// The last length has a symbol of its own.
lengths.push({ first: LONGEST_MATCH, extraBits: 0 });

/** In which order the lengths of the code for lengths come (3.2.7). */
const LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

interface Group {
  readonly first: number;
  readonly extraBits: number;
}

function groups(first: number, extraBits: readonly number[]): Group[] {
  let next = first;
  return extraBits.map((bits) => {
    const group = { first: next, extraBits: bits };
    next += 2 ** bits;
    return group;
  });
}

interface Codes {
  readonly literals: HuffmanTable;
  readonly distances: HuffmanTable;
}

const ofLength = (length: number, count: number): number[] => new Array<number>(count).fill(length);

/** The codes of blocks that bring none (3.2.6). */
const FIXED: Codes = {
  literals: huffmanTable(
    Uint8Array.from([
      ...ofLength(8, 144),
      ...ofLength(9, 112),
      ...ofLength(7, 24),
      ...ofLength(8, 8),
    ]),
  )!,
  distances: huffmanTable(Uint8Array.from(ofLength(5, 30)))!,
};

/** Data that is no deflate; the message says what of it. */
export class InflateError extends Error {}

/**
 * The content of deflate data, as it comes. Afterwards `input` stands at the byte behind it.
 * @throws InflateError if it is broken or cut short.
 */
export async function* inflate(input: BitInput): AsyncGenerator<Uint8Array, void, undefined> {
  const output = new Output();
  for (let isLast = false; !isLast;) {
    await input.fill();
    isLast = input.take(1) === 1;
    const kind = input.take(2);
    if (kind === 3) throw new InflateError('a block of an unknown kind');
    if (kind === 0) yield* storedBlock(input, output);
    else {
      const codes = kind === 1 ? FIXED : ownCodes(input);
      while (!symbols(input, output, codes)) {
        if (output.isFull) yield output.piece();
        await input.fill();
      }
    }
    if (input.isCut) throw new InflateError('unexpected end');
  }
  input.alignToByte();
  yield output.piece();
}

/** A block of bytes as they are. */
async function* storedBlock(
  input: BitInput,
  output: Output,
): AsyncGenerator<Uint8Array, void, undefined> {
  input.alignToByte();
  const length = input.take(16);
  if (input.take(16) !== (length ^ 0xffff)) throw new InflateError('a block of two lengths');
  for (let i = 0; i < length; i++) {
    if (!input.isAhead) await input.fill();
    if (output.isFull) yield output.piece();
    output.literal(input.take(8));
  }
}

/** The codes that a block brings (3.2.7). */
function ownCodes(input: BitInput): Codes {
  const [literalCount, distanceCount] = [257 + input.take(5), 1 + input.take(5)];
  const lengthCount = 4 + input.take(4);
  const ofLengths = new Uint8Array(LENGTH_ORDER.length);
  for (const symbol of LENGTH_ORDER.slice(0, lengthCount)) ofLengths[symbol] = input.take(3);
  const table = huffmanTable(ofLengths);
  const all = new Uint8Array(literalCount + distanceCount);
  for (let at = 0; at < all.length;) {
    const symbol = table ? nextSymbol(input, table) : -1;
    if (symbol < 0) throw new InflateError('a code that does not exist');
    if (symbol < 16) all[at++] = symbol;
    else {
      if (symbol === 16 && at === 0) throw new InflateError('a repetition of nothing');
      const value = symbol === 16 ? all[at - 1]! : 0;
      const [least, bits] = symbol === 18 ? [11, 7] : symbol === 17 ? [3, 3] : [3, 2];
      const end = at + least + input.take(bits);
      if (end > all.length) throw new InflateError('more codes than announced');
      all.fill(value, at, end);
      at = end;
    }
  }
  const [literals, matches] = [
    huffmanTable(all.subarray(0, literalCount)),
    huffmanTable(all.subarray(literalCount)),
  ];
  if (!literals || !matches) throw new InflateError('a code that does not exist');
  return { literals, distances: matches };
}

/** Unpacks until the block ends, which gives true, the output is full or the input runs low. */
function symbols(input: BitInput, output: Output, codes: Codes): boolean {
  while (input.isAhead && !output.isFull) {
    const symbol = nextSymbol(input, codes.literals);
    if (symbol === END_OF_BLOCK) return true;
    if (input.isCut) throw new InflateError('unexpected end');
    if (symbol >= 0 && symbol < END_OF_BLOCK) output.literal(symbol);
    else {
      const length = lengths[symbol - FIRST_LENGTH];
      if (!length) throw new InflateError('a symbol that does not exist');
      const count = length.first + input.take(length.extraBits);
      const distance = distances[nextSymbol(input, codes.distances)];
      if (!distance) throw new InflateError('a distance that does not exist');
      output.repeat(distance.first + input.take(distance.extraBits), count);
    }
  }
  return false;
}

/** What was unpacked: the window that matches refer to, then what has not been put out. */
class Output {
  readonly #bytes = new Uint8Array(WINDOW_BYTES + PIECE_BYTES + LONGEST_MATCH);
  #start = 0;
  #end = 0;

  /** Whether a piece has to be taken before more is written. */
  get isFull(): boolean {
    return this.#end >= WINDOW_BYTES + PIECE_BYTES;
  }

  literal(byte: number): void {
    this.#bytes[this.#end++] = byte;
  }

  /** Repeats what was written `distance` bytes before, byte by byte: it may overlap. */
  repeat(distance: number, count: number): void {
    if (distance > this.#end) throw new InflateError('a distance too far back');
    const bytes = this.#bytes;
    let at = this.#end;
    for (const end = at + count; at < end; at++) bytes[at] = bytes[at - distance]!;
    this.#end = at;
  }

  /** What was written since the last piece. */
  piece(): Uint8Array {
    const piece = this.#bytes.slice(this.#start, this.#end);
    const kept = Math.min(this.#end, WINDOW_BYTES);
    this.#bytes.copyWithin(0, this.#end - kept, this.#end);
    this.#start = this.#end = kept;
    return piece;
  }
}
