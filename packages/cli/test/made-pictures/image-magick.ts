/**
 * Pictures made by ImageMagick, a tool that shares no code with what reads them: its resizing, its
 * shadows, its noise, its JPEG.
 */
import { execFile, execFileSync } from 'node:child_process';

/** Size of all pictures, in pixels. */
export const PICTURE = { width: 1200, height: 900 } as const;

/** Whether ImageMagick is installed; a line says so if it is not. */
export function hasImageMagick(test: string): boolean {
  try {
    return execFileSync('convert', ['-version'], { encoding: 'utf8' }).includes('ImageMagick');
  } catch {
    console.warn(
      `skipped: ${test}, because ImageMagick is missing. Install it (Debian: apt-get install imagemagick).`,
    );
    return false;
  }
}

/** Runs `convert` with some bytes as its standard input, and gives back what it writes. */
export function convert(args: readonly string[], input?: Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      'convert',
      [...args],
      { encoding: 'buffer', maxBuffer: 2 ** 26 },
      (error, stdout) => {
        if (error) reject(new Error(error.message));
        else resolve(stdout);
      },
    );
    child.stdin?.end(input);
  });
}
