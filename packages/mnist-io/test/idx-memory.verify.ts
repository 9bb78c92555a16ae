/** Files of many gigabytes, read batch by batch in the memory of a batch. */
import fs from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildPackage, measured, sumOfBatches } from './measured-process.ts';
import { temporaryFolder } from './small-dataset.ts';

let folder = '';
beforeAll(async () => {
  folder = await temporaryFolder();
  await buildPackage(folder);
});
afterAll(async () => {
  await fs.rm(folder, { recursive: true });
});

/** Writes images of 1,000 × 1,000 pixels that are all 1. */
const writeImages = (count: number, gzip: boolean): string => `
  const options = { type: 'uint8', entryShape: [1000, 1000], gzip: ${gzip} };
  const writer = await node.createIdxFile(file, options);
  const batch = { shape: [4, 1000, 1000], data: new Uint8Array(4e6).fill(1) };
  for (let i = 0; i < ${count}; i += 4) await writer.append(batch);
  await writer.finish();`;

describe('memory stays flat', () => {
  test('while a file of 10 GB is read', async () => {
    const file = path.join(folder, 'sparse');
    const header = Buffer.from([0, 0, 8, 3, 0, 0, 0x27, 0x10, 0, 0, 3, 0xe8, 0, 0, 3, 0xe8]);
    await fs.writeFile(file, header);
    await fs.truncate(file, 16 + 10_000 * 1e6); // sparse: takes no room on disk
    const { result, peakMiB, baseMiB } = await measured(folder, sumOfBatches(4), file);
    console.info(`10 GB: ${(peakMiB - baseMiB).toFixed(0)} MiB more`);
    expect(result).toBe(0);
    expect(peakMiB - baseMiB).toBeLessThan(128);
  });

  test('while 5 GB, more than a 32-bit length of gzip can say, come through gzip', async () => {
    const file = path.join(folder, 'large.gz');
    await measured(folder, writeImages(5000, true), file);
    for (const body of [
      sumOfBatches(4),
      `const { createReadStream } = await import('node:fs');
      const stream = await io.openIdxStream(createReadStream(file));
      let sum = 0;
      for await (const { data } of stream.batches({ size: 4 })) sum += data.length;
      return sum;`,
    ]) {
      const { result, peakMiB, baseMiB } = await measured(folder, body, file);
      console.info(`5 GB by gzip: ${(peakMiB - baseMiB).toFixed(0)} MiB more`);
      expect(result).toBe(5e9);
      expect(peakMiB - baseMiB).toBeLessThan(128);
    }
  });
});
