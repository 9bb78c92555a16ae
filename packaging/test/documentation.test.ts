/**
 * Runs the TypeScript of every page. A block that begins with imports is a program of its own; one
 * that does not goes on with the program before: what a page shows is complete. After
 * `<!-- needs the network -->` a program is only compiled, and after `<!-- run by … -->` another test
 * does what this one would.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { javascriptOf, plainEnvironment } from './programs.ts';
import { workspace } from './pack.ts';

const NEEDS_NETWORK = '// needs the network\n';
const listed = execFileSync('git', ['ls-files', '*.md'], { cwd: workspace, encoding: 'utf8' });

/** The programs of all pages, each called after its page. */
const programs = listed
  .trim()
  .split('\n')
  .filter((page) => !page.startsWith('benchmarks/'))
  .flatMap((page) =>
    programsOf(readFileSync(path.join(workspace, page), 'utf8')).map(
      (code, i) => [`${page}, program ${i + 1}`, code] as const,
    ),
  );

function programsOf(page: string): string[] {
  const found: string[] = [];
  let before = '';
  const pattern = /<!-- (?:(needs the network)|run by .*) -->|^```(?:ts|js)\n([\s\S]*?)^```/gm;
  for (const [, network, code] of page.matchAll(pattern)) {
    if (network !== undefined) before = NEEDS_NETWORK;
    else if (code === undefined) return [];
    else {
      found.push(code.startsWith('import ') ? before + code : `${found.pop() ?? ''}\n${code}`);
      before = '';
    }
  }
  return found;
}

// Below the workspace, so that its packages are found.
const scratch = path.join(workspace, 'packaging/out-tsc');
mkdirSync(scratch, { recursive: true });
const folder = mkdtempSync(path.join(scratch, 'documentation-'));
const fileOf = (name: string): string => path.join(folder, `${name.replace(/\W+/g, '-')}.mts`);

beforeAll(() => {
  for (const [name, code] of programs) writeFileSync(fileOf(name), code);
  symlinkSync(path.join(workspace, 'node_modules'), path.join(folder, 'node_modules'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('the code of the documentation', () => {
  test('has right types', () => {
    const tsc = path.join(workspace, 'node_modules/typescript/bin/tsc');
    const options = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2022'];
    const lib = ['--lib', 'es2023,dom,dom.iterable', '--types', 'node', '--skipLibCheck'];
    const args = [tsc, ...options, ...lib, ...programs.map(([name]) => fileOf(name))];
    const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    expect(stdout).toBe('');
  });

  test.each(programs)('%s runs', (name, code) => {
    if (code.includes(NEEDS_NETWORK)) {
      console.info(`${name}: compiled, but not run, because it needs the network.`);
      return;
    }
    const program = fileOf(name).replace(/mts$/, 'mjs');
    writeFileSync(program, javascriptOf(code));
    execFileSync(process.execPath, [program], {
      cwd: folder,
      // Without the network, and with MNIST where there is some.
      env: plainEnvironment(),
      stdio: ['ignore', 'ignore', 'inherit'],
      timeout: 600_000,
    });
  });
});
