/** The library for pictures, loaded where there are some: that takes longer than all else that starts. */
import type { Sharp, SharpOptions } from 'sharp';

/** Begins with a picture: its file, the bytes of it, or pixels. */
export type StartSharp = (input: Uint8Array | string, options: SharpOptions) => Sharp;

/** Loads it, once. */
export async function loadSharp(): Promise<StartSharp> {
  const { default: sharp } = await import('sharp');
  // A file may change while this runs; and none of them is read twice.
  sharp.cache(false);
  return sharp;
}
