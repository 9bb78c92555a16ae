/** What reading IDX costs: a second's fraction for MNIST, and no memory for what is broken. */
import fs from 'node:fs/promises';
import path from 'node:path';
import { constants, createGzip, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { needed } from '../../../test-needs.shared.ts';
import { datasetNamed, encodeIdx } from '../src/index.ts';
import { buildPackage, measured, sumOfBatches } from './measured-process.ts';
import { temporaryFolder } from './small-dataset.ts';

const MNIST = needed('MNIST', 'time and memory of reading MNIST');

let folder = '';
const inFolder = (name: string): string => path.join(folder, name);
beforeAll(async () => {
  folder = await temporaryFolder();
  await buildPackage(folder);
});
afterAll(async () => {
  await fs.rm(folder, { recursive: true });
});

/** Gzip of a beginning and zeros after it. */
async function gzippedZeros(beginning: Uint8Array, zeros: number): Promise<Buffer> {
  const gzip = createGzip({ level: constants.Z_BEST_SPEED });
  const pieces: Buffer[] = [];
  gzip.on('data', (piece: Buffer) => pieces.push(piece));
  gzip.write(beginning);
  const block = Buffer.alloc(2 ** 22);
  for (let written = 0; written < zeros; written += block.length) {
    if (!gzip.write(block)) await new Promise((resolve) => gzip.once('drain', resolve));
  }
  await new Promise((resolve) => gzip.end(resolve));
  return Buffer.concat(pieces);
}

function header(type: number, ...sizes: number[]): Uint8Array {
  const bytes = Buffer.alloc(4 + 4 * sizes.length);
  bytes.set([0, 0, type, sizes.length]);
  for (const [axis, size] of sizes.entries()) bytes.writeUInt32BE(size, 4 + 4 * axis);
  return bytes;
}

describe.skipIf(!MNIST)('the 60,000 training images', () => {
  test('are read and verified from .gz in 2.5 times what unpacking takes, and 140 MB', async () => {
    const file = path.join(MNIST!, 'train-images-idx3-ubyte.gz');
    const identity = JSON.stringify(datasetNamed('mnist').files.trainImages);
    const reading = `const { shape, data } = await node.readIdxFile(file, { identity: ${identity} });
      return [shape, data.length];`;
    const unpackingAndHashing = `const { gunzipSync } = await import('node:zlib');
      const { createHash } = await import('node:crypto');
      createHash('sha256').update(gunzipSync(readFileSync(file))).digest();`;
    const ratios: number[] = [];
    for (let round = 0; round < 3; round++) {
      const { result, peakMiB, milliseconds } = await measured(folder, reading, file);
      expect(result).toEqual([[60_000, 28, 28], 47_040_000]);
      expect(peakMiB).toBeLessThan(140e6 / 2 ** 20);
      const least = await measured(folder, unpackingAndHashing, file);
      ratios.push(milliseconds / least.milliseconds);
    }
    console.info(`60,000 images from .gz: ${ratios.map((r) => r.toFixed(2)).join(', ')} times`);
    expect(Math.min(...ratios)).toBeLessThan(2.5);
  });
});

describe('memory', () => {
  const ways: readonly (readonly [name: string, body: string])[] = [
    ['readIdxFile', 'await node.readIdxFile(file);'],
    ['readIdxFile, not strict', 'await node.readIdxFile(file, { strict: false });'],
    [
      'openIdxFile',
      'for await (const b of (await node.openIdxFile(file)).batches({ size: 64 })) b.data.fill(1);',
    ],
    [
      'readIdx in browsers',
      `const { readFile } = await import('node:fs/promises');
      await io.readIdx(new Uint8Array(await readFile(file)));`,
    ],
    [
      'openIdxStream without a known size',
      `const { createReadStream } = await import('node:fs');
      const stream = await io.openIdxStream(createReadStream(file));
      for await (const b of stream.batches({ size: 1 })) b.data.fill(1);`,
    ],
  ];
  const bombs: readonly (readonly [name: string, bytes: () => Promise<Uint8Array> | Uint8Array])[] =
    [
      ['a gzip bomb of 1 GB after 4 labels', () => gzippedZeros(header(8, 4), 1e9)],
      ['a gzip bomb of 100 MB of zeros alone', () => gzippedZeros(new Uint8Array(0), 1e8)],
      ['a claim of 2^32-1 × 2^32-1', () => header(8, 2 ** 32 - 1, 2 ** 32 - 1)],
      ['the same, gzipped', () => gzipSync(header(8, 2 ** 32 - 1, 2 ** 32 - 1))],
      ['a claim of 1 GiB', () => header(8, 2 ** 10, 2 ** 20)],
      ['a claim of one image of 1 GiB, gzipped', () => gzipSync(header(8, 1, 2 ** 30))],
    ];

  test.each(bombs)('is not taken by %s', async (_, bytes) => {
    await fs.writeFile(inFolder('bomb'), await bytes());
    // All of them in one process, one after another: their memory together.
    const { result, peakMiB, baseMiB } = await measured(
      folder,
      `const said = {};
      const ways = { ${ways.map(([way, body]) => `${JSON.stringify(way)}: async () => { ${body} }`).join(', ')} };
      for (const [way, read] of Object.entries(ways)) {
        said[way] = await read().catch((error) => error.code);
      }
      return said;`,
      inFolder('bomb'),
    );
    expect(result).toEqual(Object.fromEntries(ways.map(([way]) => [way, 'bad-data'])));
    expect(peakMiB - baseMiB).toBeLessThan(64);
  });

  test('stays flat while 320 MB are written and read by batches', async () => {
    const file = inFolder('large-idx');
    const written = await measured(
      folder,
      `const writer = await node.createIdxFile(file, { type: 'uint8', entryShape: [1000, 1000] });
      const batch = { shape: [4, 1000, 1000], data: new Uint8Array(4e6).fill(7) };
      for (let i = 0; i < 80; i++) await writer.append(batch);
      await writer.finish();`,
      file,
    );
    const read = await measured(folder, sumOfBatches(4), file);
    expect(read.result).toBe(7 * 320e6);
    const growth = [written, read].map(({ peakMiB, baseMiB }) => peakMiB - baseMiB);
    console.info(`320 MB: ${growth.map((mib) => mib.toFixed(0)).join(' and ')} MiB more`);
    expect(Math.max(...growth)).toBeLessThan(128);
  });

  test('is not taken by an array with more bytes than its header says', async () => {
    const file = inFolder('trailing');
    await fs.writeFile(file, encodeIdx({ shape: [1], data: Uint8Array.of(1) }));
    await fs.truncate(file, 500e6); // sparse: takes no room on disk
    const { result, peakMiB, baseMiB } = await measured(
      folder,
      'try { await node.readIdxFile(file, { strict: false }); } catch (error) { return error.code; }',
      file,
    );
    expect(result).toBe('bad-data');
    expect(peakMiB - baseMiB).toBeLessThan(64);
  });
});
