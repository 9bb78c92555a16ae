/** Huffman codes of deflate (RFC 1951, section 3.2.2), as tables that are looked up by the next bits. */
import type { BitInput } from './bit-input.ts';

const LONGEST_CODE = 15;

/** A code: for each `width` bits that may come, a symbol times 16 plus the length of its code. */
export interface HuffmanTable {
  readonly width: number;
  readonly entries: Uint16Array;
}

/** The bits of a code the other way round: codes come highest bit first, all else lowest first. */
function reversed(code: number, length: number): number {
  let result = 0;
  for (let bit = 0; bit < length; bit++) result |= ((code >> bit) & 1) << (length - 1 - bit);
  return result;
}

/**
 * The table of the code whose symbols have codes of these lengths; 0 for those that do not occur.
 * `undefined` if there is no such code, for there are too many short ones.
 */
export function huffmanTable(lengths: Uint8Array): HuffmanTable | undefined {
  const width = Math.max(1, ...lengths);
  const entries = new Uint16Array(1 << width);
  let code = 0;
  for (let length = 1; length <= width; length++) {
    for (const [symbol, own] of lengths.entries()) {
      if (own !== length) continue;
      if (code >= 1 << length) return undefined;
      const step = 1 << length;
      for (let at = reversed(code, length); at < entries.length; at += step) {
        entries[at] = (symbol << 4) | length;
      }
      code += 1;
    }
    code <<= 1;
  }
  return { width, entries };
}

/** The next symbol; −1 for bits that are no code. */
export function nextSymbol(input: BitInput, { width, entries }: HuffmanTable): number {
  const entry = entries[input.peek(width)]!;
  if (entry === 0) return -1;
  input.skip(entry & LONGEST_CODE);
  return entry >> 4;
}
