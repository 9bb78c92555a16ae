/** The library for pictures, loaded where there are some: that takes longer than all else that starts. */
import type { Sharp, SharpOptions } from 'sharp';

/** Begins with a picture: the bytes of its file, or pixels. */
export type StartSharp = (input: Uint8Array, options: SharpOptions) => Sharp;

/** Loads it, once. */
export async function loadSharp(): Promise<StartSharp> {
  return (await import('sharp')).default;
}
