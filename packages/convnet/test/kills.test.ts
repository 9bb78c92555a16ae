/** What a kill or a full disk leaves behind of a checkpoint. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { decodeModel, encodeModel } from '../src/index.ts';
import { writeFileAtomically } from '../src/node/index.ts';
import { killWhileSaving } from './kills.ts';
import { stripesNetwork } from './stripes.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'convnet-kills-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const temporaries = (): string[] => readdirSync(folder).filter((name) => name.endsWith('.tmp'));

test('the newest checkpoint loads after each of 20 kills', async () => {
  const file = path.join(folder, 'killed.safetensors');
  const parameters = await killWhileSaving(file, 20);
  expect(parameters).toHaveLength(20);
  expect(new Set(parameters).size).toBe(1);
  // What the last process left goes with the next save.
  await writeFileAtomically(file, readFileSync(file));
  expect(temporaries()).toEqual([]);
});

describe.skipIf(process.platform === 'win32')('where there is no room', () => {
  const program = fileURLToPath(new URL('saving.ts', import.meta.url));

  test('a file that cannot grow is an error that names it, and the one before stays', async () => {
    const file = path.join(folder, 'limited.safetensors');
    await writeFileAtomically(file, encodeModel(stripesNetwork()));
    const before = readFileSync(file);
    // One block of 512 bytes; the signal that goes with it would end the process first.
    const command = `trap '' XFSZ; ulimit -f 1; exec "$0" --conditions=@convnet/source --import tsx "$1" "$2"`;
    const { status, stderr } = spawnSync('bash', ['-c', command, process.execPath, program, file], {
      encoding: 'utf8',
      env: { ...process.env, TSX_DISABLE_CACHE: '1' },
    });
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/limited\.safetensors: could not be written: EFBIG/);
    expect(readFileSync(file)).toEqual(before);
    expect(decodeModel(before).countParams()).toBeGreaterThan(0);
    expect(temporaries()).toEqual([]);
  });

  test.skipIf(!existsSync('/dev/full'))('a full disk, too', async () => {
    const file = path.join(folder, 'full.safetensors');
    await writeFileAtomically(file, Uint8Array.of(1, 2, 3));
    // What is written to the temporary file lands on a device that is always full.
    symlinkSync('/dev/full', `${file}.${process.pid}.tmp`);
    const writing = writeFileAtomically(file, new Uint8Array(10));
    await expect(writing).rejects.toMatchObject({
      code: 'cannot-write',
      cause: { code: 'ENOSPC' },
      path: file,
    });
    await expect(writing).rejects.toThrow(`${file}: could not be written: ENOSPC`);
    expect([...readFileSync(file)]).toEqual([1, 2, 3]);
    expect(temporaries()).toEqual([]);
  });
});
