/** What a kill or a full disk leaves behind of a checkpoint. */
import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { decodeModel, encodeModel } from '../src/index.ts';
import { writeFileAtomically } from '../src/node/index.ts';
import { bundled } from './bundled-program.ts';
import { killWhileSaving } from './kills.ts';
import { stripesNetwork } from './stripes.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'convnet-kills-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A file system of 64 kB takes a name space of one's own. */
const canMount =
  spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', '-o', 'size=64k', 'none', tmpdir()])
    .status === 0;
if (!canMount) console.info('skipped: a full disk, which takes the right to mount one');

const temporaries = (): string[] => readdirSync(folder).filter((name) => name.endsWith('.tmp'));

test('the newest checkpoint loads after each of 5 kills', async () => {
  const file = path.join(folder, 'killed.safetensors');
  const parameters = await killWhileSaving(file, 5);
  expect(parameters).toHaveLength(5);
  expect(new Set(parameters).size).toBe(1);
  // What the last process left goes with the next save.
  await writeFileAtomically(file, readFileSync(file));
  expect(temporaries()).toEqual([]);
});

describe.skipIf(process.platform === 'win32')('where there is no room', () => {
  test('a file that cannot grow is an error that names it, and the one before stays', async () => {
    const file = path.join(folder, 'limited.safetensors');
    await writeFileAtomically(file, encodeModel(stripesNetwork()));
    const before = readFileSync(file);
    // One block of 512 bytes; the signal that goes with it would end the process first.
    const command = `trap '' XFSZ; ulimit -f 1; exec "$0" "$1" "$2"`;
    const saving = ['-c', command, process.execPath, bundled('saving.ts'), file];
    const { status, stderr } = spawnSync('bash', saving, { encoding: 'utf8' });
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/limited\.safetensors: could not be written: EFBIG/);
    expect(readFileSync(file)).toEqual(before);
    expect(decodeModel(before).countParams()).toBeGreaterThan(0);
    expect(temporaries()).toEqual([]);
  });

  test.skipIf(!canMount)('a full disk, too', () => {
    const full = path.join(folder, 'full');
    mkdirSync(full);
    const mounted = `mount -t tmpfs -o size=64k none "$2" && exec "$0" "$1" "$2/a.safetensors"`;
    const { stdout, stderr } = spawnSync(
      'unshare',
      ['-rm', 'bash', '-c', mounted, process.execPath, bundled('full-disk.ts'), full],
      { encoding: 'utf8' },
    );
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      code: 'cannot-write',
      cause: 'ENOSPC',
      message: expect.stringContaining('a.safetensors: could not be written: ENOSPC') as string,
      kept: [1, 2, 3],
      files: ['a.safetensors'],
    });
  });
});

test('a link that somebody planted beside the file is not followed', async () => {
  const file = path.join(folder, 'linked.safetensors');
  const victim = path.join(folder, 'victim');
  writeFileSync(victim, 'precious');
  symlinkSync(victim, `${file}.${process.pid}.tmp`);
  await writeFileAtomically(file, Uint8Array.of(1));
  expect(readFileSync(victim, 'utf8')).toBe('precious');
  expect([...readFileSync(file)]).toEqual([1]);
  rmSync(`${file}.${process.pid}.tmp`);
});
