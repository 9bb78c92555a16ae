/** The tarballs: linted, and used from an empty project in all the ways there are. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { libraries, npm, pack, packages, workspace } from './pack.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'convnet-tarballs-'));
const tarballs = new Map<string, string>();

beforeAll(() => {
  for (const name of packages) tarballs.set(name, pack(name, folder));
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

  test('has its licence, its readme and no tests', () => {
    const listed = execFileSync('tar', ['-tzf', tarballs.get(name)!], { encoding: 'utf8' });
    const files = listed.trim().split('\n');
    expect(files).toContain('package/LICENSE');
    expect(files).toContain('package/README.md');
    expect(files.filter((file) => /\.(test|verify)\.|\/test\//.test(file))).toEqual([]);
  });
});

test.each(libraries)('types of %s are right for every way of importing', (name) => {
  const attw = path.join(workspace, 'node_modules/.bin/attw');
  const args = [tarballs.get(name)!, '--profile', 'node16', '--format', 'ascii', '--no-color'];
  const { status, stdout } = spawnSync(attw, args, { encoding: 'utf8' });
  expect({ status, stdout: status === 0 ? '' : stdout }).toEqual({ status: 0, stdout: '' });
});

describe('an empty project with the three libraries', () => {
  const project = path.join(folder, 'project');

  beforeAll(() => {
    cpSync(new URL('../consumers', import.meta.url), project, { recursive: true });
    writeFileSync(path.join(project, 'package.json'), JSON.stringify({ private: true }));
    npm(project, 'install', '--offline', ...libraries.map((name) => tarballs.get(name)!));
  });

  test('depends on nothing else', () => {
    const tree = JSON.parse(npm(project, 'ls', '--all', '--json')) as Tree;
    expect([...namesIn(tree)].sort()).toEqual(libraries.map((name) => `@convnet/${name}`).sort());
  });

  test.each(['esm.mjs', 'commonjs.cjs'])('%s trains, saves, loads and predicts', (program) => {
    const output = execFileSync(process.execPath, [program], { cwd: project, encoding: 'utf8' });
    expect(JSON.parse(output)).toMatchObject({ same: true, classes: 10 });
  });

  test('strict TypeScript accepts it, as a module and as CommonJS', () => {
    const tsc = path.join(workspace, 'node_modules/typescript/bin/tsc');
    for (const file of ['strict.mts', 'strict.cts']) {
      const source = readFileSync(new URL('../consumers/strict.mts', import.meta.url));
      writeFileSync(path.join(project, file), source);
    }
    const options = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2022'];
    const exact = ['--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess'];
    const lib = ['--lib', 'es2023,dom'];
    const files = ['strict.mts', 'strict.cts'];
    const args = [tsc, ...options, ...exact, ...lib, ...files];
    const { status, stdout } = spawnSync(process.execPath, args, {
      cwd: project,
      encoding: 'utf8',
    });
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  });
});

interface Tree {
  readonly dependencies?: Readonly<Record<string, Tree>>;
}

function namesIn(tree: Tree): Set<string> {
  const names = new Set<string>();
  for (const [name, below] of Object.entries(tree.dependencies ?? {})) {
    names.add(name);
    for (const deeper of namesIn(below)) names.add(deeper);
  }
  return names;
}
