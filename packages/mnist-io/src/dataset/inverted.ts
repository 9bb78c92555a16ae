/**
 * Pixels with black for white and white for black; opacity, which the last of two or four channels is,
 * stays.
 *
 * @param pixels - bytes `[…, channels]`; they stay as they are.
 * @example
 * ```ts
 * const inkOnBlack = inverted(blackOnWhite, 1);
 * ```
 */
export function inverted(pixels: Uint8Array, channels: number): Uint8Array {
  const hasOpacity = channels % 2 === 0;
  return pixels.map((byte, at) =>
    hasOpacity && at % channels === channels - 1 ? byte : 255 - byte,
  );
}
