/**
 * The programs in `examples/`: short, rightly typed, and running to their end; those that take longest in
 * `examples.verify.ts`.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { createServer } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium, openPage } from '../../chromium.shared.ts';
import { needed } from '../../test-needs.shared.ts';
import { workspace } from './pack.ts';
import { examples, runExample } from './programs.ts';

const programs = readdirSync(examples).filter((file) => file.endsWith('.ts'));
const MOST_LINES = 60;

const scratch = path.join(workspace, 'packaging/out-tsc');
mkdirSync(scratch, { recursive: true });
const folder = mkdtempSync(path.join(scratch, 'examples-'));
beforeAll(() => {
  symlinkSync(path.join(workspace, 'node_modules'), path.join(folder, 'node_modules'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test.each([...programs, 'browser/train.ts'])('%s is short', (file) => {
  const lines = readFileSync(path.join(examples, file), 'utf8').trimEnd().split('\n');
  expect(lines.length).toBeLessThanOrEqual(MOST_LINES);
});

test('they have right types', () => {
  const tsc = path.join(workspace, 'node_modules/typescript/bin/tsc');
  const options = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2022'];
  const lib = ['--lib', 'es2023,dom,dom.iterable', '--types', 'node', '--skipLibCheck'];
  const files = [...programs, 'browser/train.ts'].map((file) => path.join(examples, file));
  const { stdout } = spawnSync(process.execPath, [tsc, ...options, ...lib, ...files], {
    cwd: workspace,
    encoding: 'utf8',
  });
  expect(stdout).toBe('');
});

describe('they run', () => {
  test('digits', () => {
    expect(runExample('digits.ts', folder)).toMatch(/test \{ loss: 0\.\d+, accuracy: 0\.9\d*/);
  });

  test('custom-layer', () => {
    expect(runExample('custom-layer.ts', folder)).toBe(
      'its gradients are right\nloaded squaredRelu1, flatten1, dense1, softmax1\n',
    );
  });

  const python = needed('PyTorch', 'the example that begins with weights of PyTorch');
  test.skipIf(!python)('pytorch-weights', () => {
    const script = path.join(workspace, 'packages/convnet/test/pytorch/write_weights.py');
    execFileSync(python!, [script, path.join(folder, 'from-pytorch.safetensors'), 'float32']);
    const printed = runExample('pytorch-weights.ts', folder);
    expect(printed).toMatch(/from PyTorch: conv1.weight, conv1.bias, conv2.weight, conv2.bias/);
    expect(printed).toMatch(/even or odd \{ loss: 0\.\d+, accuracy: 0\.9\d*/);
  });

  const browser = needed('Chromium', 'the example in a page');
  test.skipIf(!browser)('browser', async () => {
    const server = await createServer({ root: path.join(examples, 'browser'), logLevel: 'error' });
    const opened = await launchChromium(browser!);
    try {
      await server.listen(0);
      const page = await openPage(opened);
      await page.goto(server.resolvedUrls!.local[0]!);
      await page.getByText(/Learned: reads [89]\d\.\d %/).waitFor();
      const answers = await page.locator('#answers').textContent();
      expect(answers!.split(' ')).toHaveLength(20);
    } finally {
      await opened.close();
      await server.close();
    }
  });
});
