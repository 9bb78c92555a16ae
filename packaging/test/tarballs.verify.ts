/** What tools that look at packages say of the tarballs, and npm before it would publish them. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { libraries, pack, packages, workspace } from './pack.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'convnet-tarballs-'));
let tarballs: ReadonlyMap<string, string>;

beforeAll(() => {
  tarballs = pack(packages, folder);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe.each(packages)('%s', (name) => {
  test('has nothing that publint objects to', async () => {
    const pkgDir = path.join(workspace, 'packages', name);
    const { messages, pkg } = await publint({ pkgDir, strict: true, pack: 'npm' });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  test('would be published without a complaint', () => {
    const args = ['publish', '--dry-run', tarballs.get(name)!, '--no-audit', '--no-fund'];
    const { status, stderr } = spawnSync('npm', args, { cwd: folder, encoding: 'utf8' });
    const complaints = stderr.split('\n').filter((line) => /npm (warn|error)/.test(line));
    // What the configuration of the machine's user is asked to be is not the package's.
    expect(complaints.filter((line) => !/config|logged in|dry-run/i.test(line))).toEqual([]);
    expect(status).toBe(0);
  });
});

test.each(libraries)('types of %s are right for every way of importing', (name) => {
  const attw = path.join(workspace, 'node_modules/.bin/attw');
  const args = [tarballs.get(name)!, '--profile', 'node16', '--format', 'ascii', '--no-color'];
  const { status, stdout } = spawnSync(attw, args, { encoding: 'utf8' });
  expect({ status, stdout: status === 0 ? '' : stdout }).toEqual({ status: 0, stdout: '' });
});
