import { asBytes, integerOption } from '@convnet/tensor';

/**
 * Pixels with black for white and white for black; opacity, which the last of two or four channels is,
 * stays.
 *
 * @param pixels - bytes `[…, channels]`; they stay as they are.
 * @throws OptionError if they are no bytes, or `channels` is not 1 to 4.
 * @example
 * ```ts
 * const inkOnBlack = inverted(blackOnWhite, 1);
 * ```
 */
export function inverted(pixels: Uint8Array, channels: number): Uint8Array {
  const hasOpacity = integerOption(channels, { least: 1, most: 4 }, 'inverted channels') % 2 === 0;
  return asBytes(pixels, 'inverted').map((byte, at) =>
    hasOpacity && at % channels === channels - 1 ? byte : 255 - byte,
  );
}
