/** Where a content policy forbids WebAssembly, the plain loops compute, as the README promises. */
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium, openPage } from '../../../chromium.shared.ts';
import { needed } from '../../../test-needs.shared.ts';

const packages = fileURLToPath(new URL('../../', import.meta.url));
const chromiumPath = needed('Chromium', 'networks under a content policy');

const program = `
  import { createKernels, createPreset, encodeModel, Tensor } from '/convnet/dist/index.js';
  import { decodeModelAsync } from '/convnet/dist/inference.js';
  const model = createPreset('simple', { seed: 1 });
  const small = await decodeModelAsync(encodeModel(model));
  const x = Tensor.zeros([1, 28, 28, 1]);
  const [predicted, inferred] = [model, small].map((each) => [...each.predict(x).data]);
  const kernels = [createKernels(), small.kernels].map(({ name }) => name);
  document.title = JSON.stringify({ kernels, predicted, inferred });
`;

describe.skipIf(!chromiumPath)('in a page that may not compile WebAssembly', () => {
  let server: Server;

  beforeAll(async () => {
    server = createServer((request, response) => {
      const { pathname } = new URL(request.url!, 'http://localhost');
      response.setHeader('Content-Security-Policy', "script-src 'self'");
      if (pathname === '/') {
        response.setHeader('Content-Type', 'text/html');
        response.end('<!doctype html><script type="module" src="/program.js"></script>');
        return;
      }
      response.setHeader('Content-Type', 'text/javascript');
      if (pathname === '/favicon.ico') {
        response.writeHead(404).end();
        return;
      }
      if (pathname === '/program.js') {
        response.end(program);
        return;
      }
      void readFile(path.join(packages, pathname), 'utf8').then((code) =>
        // An import map would be an inline script, which the policy forbids.
        response.end(
          code
            .replaceAll(/(['"])@convnet\/tensor\1/g, '"/tensor/dist/index.js"')
            .replaceAll(/(['"])@convnet\/tensor\/inference\1/g, '"/tensor/dist/inference.js"')
            .replaceAll(
              /(['"])@convnet\/tensor\/inference\/kernels\1/g,
              '"/tensor/dist/inference-kernels.js"',
            ),
        ),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  });
  afterAll(() => {
    server.close();
  });

  test('the reference is chosen, loaded if need be, and predicts', async () => {
    const browser = await launchChromium(chromiumPath!);
    try {
      const page = await openPage(browser);
      const { port } = server.address() as AddressInfo;
      await page.goto(`http://localhost:${port}/`);
      await page.waitForFunction(() => document.title !== '');
      const { kernels, predicted, inferred } = JSON.parse(await page.title()) as {
        kernels: string[];
        predicted: number[];
        inferred: number[];
      };
      expect(kernels).toEqual(['reference', 'reference']);
      expect(predicted.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
      expect(inferred).toEqual(predicted);
    } finally {
      await browser.close();
    }
  });
});
