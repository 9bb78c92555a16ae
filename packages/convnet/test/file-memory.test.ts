/** How much memory a model file takes that is loaded or refused. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dense, encodeModel, sequential } from '../src/index.ts';
import { runBundled } from './bundled-program.ts';

const MIB = 2 ** 20;
const folder = mkdtempSync(path.join(tmpdir(), 'convnet-file-memory-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** 64 MiB of weights, in one tensor that is stored in another order than it is computed with. */
let whole: Uint8Array;
beforeAll(() => {
  whole = encodeModel(sequential({ inputShape: [4096], layers: [dense({ units: 4096 })] }));
});

function loading(bytes: Uint8Array): { result: number | string; growth: number } {
  const file = path.join(folder, 'model.safetensors');
  writeFileSync(file, bytes);
  const printed = runBundled('loading.ts', file);
  return JSON.parse(printed) as { result: number | string; growth: number };
}

/** The header, with `from` replaced by something of the same length. */
function changed(from: string, to: string): Uint8Array {
  expect(to).toHaveLength(from.length);
  const bytes = Buffer.from(whole);
  const at = bytes.indexOf(from);
  expect(at).toBeGreaterThan(0);
  bytes.write(to, at);
  return bytes;
}

test.each<[string, () => Uint8Array, number | string]>([
  ['is whole', () => whole, 4096 * 4097],
  ['lacks its last byte', () => whole.subarray(0, -1), 'ModelFileError'],
  ['ends in the middle', () => whole.subarray(0, whole.length / 2), 'ModelFileError'],
  ['ends after its header', () => whole.subarray(0, 1000), 'ModelFileError'],
  ['claims a larger layer', () => changed('units\\":4096', 'units\\":9999'), 'ModelFileError'],
  ['claims a huge layer', () => changed('units\\":4096', 'units\\":9e99'), 'ModelFileError'],
  ['claims a huge input', () => changed('[4096],\\"layers', '[9e99],\\"layers'), 'ModelFileError'],
  ['claims a larger tensor', () => changed('[4096,4096]', '[9999,4096]'), 'ModelFileError'],
  ['claims more bytes', () => changed('[0,16384]', '[0,99999]'), 'ModelFileError'],
])('a file of 64 MiB that %s', (_, bytes, expected) => {
  const given = bytes();
  const { result, growth } = loading(given);
  console.info(`${(growth / MIB).toFixed(0)} MiB more for ${(given.length / MIB).toFixed(0)} MiB`);
  expect(result).toBe(expected);
  expect(growth).toBeLessThan(2 * given.length + 32 * MIB);
});
