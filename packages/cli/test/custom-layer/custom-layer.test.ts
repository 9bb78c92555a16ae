/** The layer of docs/custom-layers.md, as written there, is checked, trained, saved and loaded. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { cleanEnvironment, finished, workspaceRoot } from '../run-cli.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'convnet-custom-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

test('works as the page says', async () => {
  const node = ['--conditions=@convnet/source', '--import', import.meta.resolve('tsx')];
  const child = spawn(process.execPath, [...node, here('train-low-rank.ts')], {
    cwd: folder,
    env: cleanEnvironment(),
  });
  const { code, stdout, stderr } = await finished(child);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  expect(stdout).toMatch(/lowRank1 \(lowRankDense\) +\[N, 64\] +13,568 +13,568 /);
  expect(Number(/accuracy ([\d.]+)/.exec(stdout)![1])).toBeGreaterThan(0.8);
  expect(stdout).toContain('loaded the same');
  expect(readdirSync(folder)).toEqual(['low-rank.safetensors']);
});

test.each(['low-rank-dense.ts', 'train-low-rank.ts'])('the page holds %s', (name) => {
  const page = readFileSync(path.join(workspaceRoot, 'docs/custom-layers.md'), 'utf8');
  expect(page).toContain(`\`\`\`ts\n${readFileSync(here(name), 'utf8')}\`\`\``);
});
