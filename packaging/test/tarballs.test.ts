/**
 * The tarballs, used from an empty project in all the ways there are. `tarballs.verify.ts` has what other
 * tools say of them.
 */
import { execFile, execFileSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { libraries, npm, pack, packages, workspace } from './pack.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'convnet-tarballs-'));
let tarballs: ReadonlyMap<string, string>;

beforeAll(() => {
  tarballs = pack(packages, folder);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe.each(packages)('%s', (name) => {
  test('has its licence, its readme and no tests', () => {
    const listed = execFileSync('tar', ['-tzf', tarballs.get(name)!], { encoding: 'utf8' });
    const files = listed.trim().split('\n');
    expect(files).toContain('package/LICENSE');
    expect(files).toContain('package/README.md');
    expect(files.filter((file) => /\.(test|verify)\.|\/test\//.test(file))).toEqual([]);
  });
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

  describe('with the server', () => {
    const cwd = path.join(project, 'with-server');

    beforeAll(() => {
      writeConsumers(cwd);
    });

    test('two copies, by require and import, understand each other', () => {
      copyFileSync(path.join(project, 'copies.cjs'), path.join(cwd, 'copies.cjs'));
      const output = execFileSync(process.execPath, ['copies.cjs'], { cwd, encoding: 'utf8' });
      expect(JSON.parse(output)).toEqual({
        errors: { byInstance: false, byName: true, system: 'ENOENT', data: true },
        layer: {
          name: 'ModelFileError',
          message: expect.stringContaining('same: expected another configuration.') as string,
        },
        served: [200, 400],
        same: true,
      });
    });

    // What is found where does not depend on the version: today's tries all, the oldest as Node does.
    test.concurrent.each([
      ['5.7, the oldest that is supported,', 'packaging/oldest-typescript/', MODULES.slice(0, 1)],
      ['5.9', '', MODULES],
    ])('strict TypeScript %s accepts all packages', async (name, folder, modules) => {
      const tsc = path.join(workspace, folder, 'node_modules/typescript/bin/tsc');
      const compile = (...args: string[]): Promise<Printed> => printedBy([tsc, ...args], cwd);
      expect((await compile('--version')).stdout).toContain(`Version ${name.slice(0, 3)}.`);
      expect(await compile('--build', ...modules.map(configOf))).toEqual({ code: 0, stdout: '' });
    });
  });

  test.each(['esm.mjs', 'commonjs.cjs'])('%s trains, saves, loads and predicts', (program) => {
    const output = execFileSync(process.execPath, [program], { cwd: project, encoding: 'utf8' });
    expect(JSON.parse(output)).toMatchObject({ same: true, classes: 10 });
  });
});

const STRICT = {
  strict: true,
  skipLibCheck: false,
  skipDefaultLibCheck: true, // TypeScript's own files: a third of the time.
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noEmit: true,
  target: 'es2022',
  lib: ['es2023', 'dom'],
};

/** How programs find packages: as Node does, modules and CommonJS, and as bundlers do. */
const MODULES = [
  { module: 'node16', moduleResolution: 'node16', extensions: ['mts', 'cts'] },
  { module: 'esnext', moduleResolution: 'bundler', extensions: ['ts'] },
] as const;

const configOf = ({ moduleResolution }: (typeof MODULES)[number]): string =>
  `tsconfig.${moduleResolution}.json`;

/**
 * Programs that use the libraries, which are installed above `folder`, and the server, which gets there
 * what its tarball says that it depends on, and nothing else.
 */
function writeConsumers(folder: string): void {
  const server = path.join(folder, 'node_modules/@convnet/server');
  mkdirSync(server, { recursive: true });
  execFileSync('tar', ['-xzf', tarballs.get('server')!, '-C', server, '--strip-components=1']);
  const manifest = readFileSync(path.join(server, 'package.json'), 'utf8');
  for (const name of Object.keys((JSON.parse(manifest) as Manifest).dependencies)) {
    if (name.startsWith('@convnet/')) continue;
    const link = path.join(folder, 'node_modules', name);
    mkdirSync(path.dirname(link), { recursive: true });
    symlinkSync(path.join(workspace, 'node_modules', name), link, 'junction');
  }
  for (const modules of MODULES) {
    const { extensions, ...found } = modules;
    const files = extensions.flatMap((extension) => [
      `libraries.${extension}`,
      `server.${extension}`,
    ]);
    const config = { compilerOptions: { ...STRICT, ...found }, files };
    writeFileSync(path.join(folder, configOf(modules)), JSON.stringify(config));
    for (const file of files) {
      const source = path.join(
        workspace,
        'packaging/consumers/types',
        `${path.parse(file).name}.mts`,
      );
      copyFileSync(source, path.join(folder, file));
    }
  }
}

interface Printed {
  readonly code: number;
  readonly stdout: string;
}

function printedBy(args: readonly string[], cwd: string): Promise<Printed> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, args, { cwd }, (_, stdout) => {
      resolve({ code: child.exitCode ?? -1, stdout });
    });
  });
}

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
}

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
