import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { smallModel, withFolder } from '../test/support/small-model.ts';
import { serveModel } from './served-model.ts';
import { startServer } from './start-server.ts';

const models = [serveModel(smallModel())];

test('serves the page with headers that keep it to itself', async () => {
  await withFolder(async (folder) => {
    await writeFile(path.join(folder, 'index.html'), '<p>page</p>');
    const server = await startServer({ models, port: 0, pageFolder: folder });
    const response = await fetch(server.url);
    expect(await response.text()).toBe('<p>page</p>');
    const headers = Object.fromEntries(response.headers);
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        "default-src 'none';script-src 'self';style-src 'self';img-src 'self';connect-src 'self';base-uri 'none';form-action 'none';frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      // The names of the files stay when their content changes, so browsers must ask.
      'cache-control': 'public, max-age=0',
      etag: expect.any(String) as string,
    });
    expect(headers).not.toHaveProperty('x-powered-by');
    expect(headers).not.toHaveProperty('access-control-allow-origin');
    await server.close();
  });
});

test('tells how to build a page that is missing, and serves it once it is there', async () => {
  await withFolder(async (folder) => {
    const pageFolder = path.join(folder, 'page');
    const server = await startServer({ models, port: 0, pageFolder });
    const missing = await fetch(server.url);
    expect(missing.status).toBe(503);
    expect(await missing.text()).toContain('npx nx run server:page');
    await mkdir(pageFolder);
    await writeFile(path.join(pageFolder, 'index.html'), 'there');
    expect(await (await fetch(server.url)).text()).toBe('there');
    await server.close();
  });
});
