/** What a file is that is no safetensors file, by its first bytes, and how to make one of it. */

const SIGNATURES: readonly (readonly [start: string, what: string])[] = [
  ['PK', 'a zip archive, such as a .pt of PyTorch or a .keras of Keras'],
  ['\x80', 'a Python pickle, such as a .pt of PyTorch'],
  ['\x89HDF', 'an HDF5 file, such as a .h5 of Keras'],
  ['\b', 'an ONNX model'],
];

/** One sentence more for a message that refuses `bytes`; nothing if they are of no known kind. */
export function foreignFile(bytes: Uint8Array): string {
  // The header's length fills these four, but for files of gigabytes.
  if (bytes.subarray(4, 8).every((byte) => byte === 0)) return '';
  const start = String.fromCharCode(...bytes.subarray(0, 4));
  const found = SIGNATURES.find(([signature]) => start.startsWith(signature));
  return found
    ? ` It is ${found[1]}. In Python, save the weights by safetensors.torch.save_file(model.state_dict(), file).`
    : '';
}
