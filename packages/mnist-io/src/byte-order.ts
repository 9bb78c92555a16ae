/** Byte order: files say theirs, typed arrays have that of the machine. */

/** Whether numbers in memory begin with their least significant byte. */
export const HOST_IS_LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Reverses the bytes of every element, in place. */
function reverseElements(bytes: Uint8Array, elementSize: number): void {
  for (let start = 0; start < bytes.length; start += elementSize) {
    for (let low = start, high = start + elementSize - 1; low < high; low++, high--) {
      const byte = bytes[low]!;
      bytes[low] = bytes[high]!;
      bytes[high] = byte;
    }
  }
}

/** Turns big-endian elements into native ones, or back, in place. */
export function swapToOrFromBigEndian(bytes: Uint8Array, elementSize: number): void {
  if (HOST_IS_LITTLE_ENDIAN) reverseElements(bytes, elementSize);
}

/** Turns little-endian elements into native ones, or back, in place. */
export function swapToOrFromLittleEndian(bytes: Uint8Array, elementSize: number): void {
  if (!HOST_IS_LITTLE_ENDIAN) reverseElements(bytes, elementSize);
}
