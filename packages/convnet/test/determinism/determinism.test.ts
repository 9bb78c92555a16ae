/** Same seed, same bits: for any number of threads, module format and engine. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium, openPage } from '../../../../chromium.shared.ts';
import { needed } from '../../../../test-needs.shared.ts';
import * as convnet from '../../src/index.ts';
import { bundled } from '../bundled-program.ts';
import { goldenHash } from './golden-hash.ts';
import { trainingHash } from './training-hash.js';

const packages = fileURLToPath(new URL('../../../', import.meta.url));
const here = fileURLToPath(new URL('./', import.meta.url));

describe.each([1, 2, 3, 4])('with %i threads', (threads) => {
  test('simd gives the golden hash', async () => {
    const result = await trainingHash(convnet, { backend: 'simd', threads });
    expect(result).toEqual({ hash: goldenHash, threads });
  });
});

test('relaxed, too, gives one hash for any number of threads', async () => {
  const run = promisify(execFile);
  const script = bundled('determinism/print-hash.ts');
  const isBehindFlag = process.versions.node.startsWith('20.');
  const node = isBehindFlag ? ['--experimental-wasm-relaxed-simd'] : [];
  const hashes = await Promise.all(
    ['1', '2', '3'].map(async (threads) => {
      const { stdout } = await run(process.execPath, [...node, script, 'relaxed', threads]);
      return stdout;
    }),
  );
  expect(new Set(hashes).size).toBe(1);
});

describe('built', () => {
  test.each(['print-hash.mjs', 'print-hash.cjs'])('%s gives the golden hash', async (script) => {
    const { stdout } = await promisify(execFile)(process.execPath, [
      path.join(here, script),
      'simd',
      '2',
    ]);
    expect(stdout.trim()).toBe(goldenHash);
  });
});

const chromiumPath = needed('Chromium', 'the hash of a training in a browser');

describe.skipIf(!chromiumPath)('in Chromium', () => {
  let server: Server;
  let isolated = true;
  const page = `<!doctype html><script type="importmap">{"imports":{
    "@convnet/tensor": "/tensor/dist/index.js",
    "@convnet/tensor/inference": "/tensor/dist/inference.js",
    "@convnet/convnet": "/convnet/dist/index.js"}}</script>`;

  beforeAll(async () => {
    server = createServer((request, response) => {
      // Only isolated pages share memory with their workers.
      if (isolated) {
        response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
        response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
      }
      const file = path.join(packages, new URL(request.url!, 'http://localhost').pathname);
      if (!file.endsWith('.js') || !existsSync(file)) {
        response.setHeader('Content-Type', 'text/html');
        response.end(page);
        return;
      }
      response.setHeader('Content-Type', 'text/javascript');
      void readFile(file).then((bytes) => response.end(bytes));
    });
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  });
  afterAll(() => {
    server.close();
  });

  test.each([
    ['an isolated page, on two threads', true],
    ['any other page, on one', false],
  ])('%s, gives the golden hash', async (_, isIsolated) => {
    isolated = isIsolated;
    const browser = await launchChromium(chromiumPath!);
    try {
      const tab = await openPage(browser);
      const { port } = server.address() as AddressInfo;
      await tab.goto(`http://localhost:${port}/`);
      // A string, because the page has other modules than this file.
      const result = await tab.evaluate(`(async () => {
        const convnet = await import('@convnet/convnet');
        const { trainingHash } = await import('/convnet/test/determinism/training-hash.js');
        return trainingHash(convnet, { backend: 'simd', threads: 2 });
      })()`);
      expect(result).toEqual({ hash: goldenHash, threads: 2 });
      expect(await tab.evaluate('crossOriginIsolated')).toBe(isIsolated);
      expect(tab.workers()).toHaveLength(isIsolated ? 1 : 0);
    } finally {
      await browser.close();
    }
  });
});
