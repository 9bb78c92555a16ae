/** More of the command line through the real `nx run`; each start of it takes seconds. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCli } from './run-cli.ts';
import { documentedFlags, runNx } from './run-nx.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'convnet-nx-'));
});
afterAll(() => rm(folder, { recursive: true }));

const nx = (...args: string[]) => runNx(folder, ...args);

describe('nx run cli:train', () => {
  test('one-letter flags, --quiet and --json arrive', async () => {
    const flags = ['-m', 'cnn', '-e', '3', '-b', '16', '-o', 'x.safetensors', '--dry-run'];
    const short = await nx('cli:train', '--', ...flags);
    expect(short.stdout).toMatch(
      /model +cnn[^]*epochs +3[^]*batch size +16[^]*output +x\.safetensors/,
    );
    const json = await nx('cli:train', '--', '-q', '--json', '--dry-run');
    expect(json.stdout).toContain('"dryRun": true');
    expect(json.stdout).not.toMatch(/batch size/);
  });

  test('stray arguments and unknown flags fail', async () => {
    const stray = await nx('cli:train', '--dry-run', 'stray');
    expect(stray.stdout + stray.stderr).toContain("too many arguments for 'train'");
    expect(stray.code).not.toBe(0);
    const unknown = await nx('cli:train', '--dry-run', '--epohcs', '3');
    expect(unknown.stdout + unknown.stderr).toContain('Did you mean --epochs?');
    expect(unknown.code).not.toBe(0);
  });
});

test('nx run cli:predict: every documented flag arrives', async () => {
  expect(documentedFlags('predict')).toEqual(['--json', '--model', '--no-color', '--quiet']);
  const model = path.join(folder, 'model.safetensors');
  await runCli(['train', '--dataset', 'generated', '--limit', '50', '--epochs', '1', '-o', model]);
  const flags = ['--model', model, '-q', '--no-color', '--json'];
  const { stdout, stderr, code } = await nx('cli:predict', '--', 'package.json', ...flags);
  expect(stdout + stderr).toContain('package.json: expected a PNG, JPEG, WebP, GIF or BMP picture');
  expect(code).not.toBe(0);
});

test('nx run cli:data runs its commands, flags in either spelling', async () => {
  const list = await nx('cli:data', 'list', '--dataDir', 'nowhere');
  expect(list.stdout).toMatch(/mnist .*not all in nowhere/);
  expect(list.code).toBe(0);
  const sheet = path.join(folder, 'sheet.png');
  const args = ['show', 'generated', '--class', '4', '--count', '3', '--split', 'train'];
  const flags = ['--seed', '2', '--limit', '60', '--no-color', '--output', sheet];
  const show = await nx('cli:data', '--', ...args, ...flags);
  expect(show.stdout).toContain(`3 images saved to ${sheet}`);
  expect(show.code).toBe(0);
});
