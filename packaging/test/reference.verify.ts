/** The API reference: every public name is described, every link leads somewhere. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';
import { plainEnvironment } from './programs.ts';
import { workspace } from './pack.ts';

test('it is made without a complaint', () => {
  const typedoc = path.join(workspace, 'node_modules/typedoc/bin/typedoc');
  const options = ['--options', path.join(workspace, 'docs/typedoc.json'), '--emit', 'none'];
  const { status, stdout, stderr } = spawnSync(process.execPath, [typedoc, ...options], {
    encoding: 'utf8',
    env: plainEnvironment({ NO_COLOR: '1' }),
  });
  const complaints = (stdout + stderr).split('\n').filter((line) => /warning|error/i.test(line));
  expect(complaints).toEqual([]);
  expect(status).toBe(0);
});
