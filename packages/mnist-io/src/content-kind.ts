/**
 * Guesses what a file is from its first bytes, for error messages only: "a PNG image" helps more
 * than "wrong magic number".
 */

const SIGNATURES: readonly (readonly [signature: string, kind: string])[] = [
  ['\x1f\x8b', 'gzip-compressed data'],
  ['\x89PNG', 'a PNG image'],
  ['\xff\xd8\xff', 'a JPEG image'],
  ['GIF8', 'a GIF image'],
  ['BM', 'a BMP image'],
  ['PK\x03\x04', 'a zip archive'],
  ['\xfd7zXZ', 'xz-compressed data'],
  ['%PDF', 'a PDF document'],
  ['\x93NUMPY', 'a NumPy array'],
  ['version https://git-lfs', 'a Git LFS pointer, not the file it stands for'],
  ['<!doctype', 'an HTML page'],
  ['<html', 'an HTML page'],
  ['<?xml', 'an XML document'],
  ['{', 'a JSON document'],
];

/** A guess at what the bytes are, for a message; `undefined` when nothing is obvious. */
export function contentKind(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return 'an empty file';
  const opening = String.fromCharCode(...bytes.subarray(0, 64));
  const text = opening.trimStart().toLowerCase();
  const match = SIGNATURES.find(
    ([signature]) => opening.startsWith(signature) || text.startsWith(signature),
  );
  return match?.[1];
}
