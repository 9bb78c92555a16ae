/**
 * The page in Chromium and in Firefox, from another machine over plain HTTP, where browsers withhold
 * what they keep for secure contexts, and below a prefix.
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { loadModel } from '@convnet/convnet/node';
import express from 'express';
import { launch, type Browser, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { needed } from '../../../test-needs.shared.ts';
import { createApp } from '../src/create-app.ts';
import { SHIPPED_MODEL_FILE } from '../src/package-files.ts';
import { serveModel } from '../src/served-model.ts';
import { makeOtherMachine } from './support/other-machine.ts';
import { runServer } from './support/server-process.ts';
import { ONE } from './support/strokes.ts';

/** Draws a 1 with the mouse, movement by movement, and waits for the answer. */
async function answerToOne(page: Page): Promise<string> {
  await page.waitForSelector('#bars li');
  const box = (await (await page.waitForSelector('#board'))!.boundingBox())!;
  const at = ([x, y]: (typeof ONE)[number]): [number, number] => [
    box.x + x * box.width,
    box.y + y * box.height,
  ];
  await page.mouse.move(...at(ONE[0]!));
  await page.mouse.down();
  for (const place of ONE.slice(1)) await page.mouse.move(...at(place), { steps: 3 });
  await page.mouse.up();
  await page.waitForFunction(() => document.querySelector('#answer')!.textContent !== '–');
  await page.waitForSelector('#reading[aria-busy="false"]');
  return page.$eval('#answer', (answer) => answer.textContent);
}

const machine = makeOtherMachine();
if (typeof machine === 'string') {
  console.warn(`skipped: the page from another machine, because none could be made: ${machine}`);
}
afterAll(() => {
  if (typeof machine !== 'string') machine.remove();
});

describe.each([
  ['chrome', 'Chromium'],
  ['firefox', 'Firefox'],
] as const)('in %s', (kind, name) => {
  const program = needed(name, `the page in ${name}`);

  describe.skipIf(!program)('the page reads a drawing', () => {
    let browser: Browser;
    beforeAll(async () => {
      const args = kind === 'chrome' ? ['--no-sandbox', '--disable-background-networking'] : [];
      // They may take their time: what hangs is ended by the limits of Vitest.
      const patient = { timeout: 0, protocolTimeout: 0 };
      browser = await launch({ browser: kind, executablePath: program!, args, ...patient });
    });
    afterAll(() => browser.close());

    async function answerAt(url: string, isSecure: boolean): Promise<string> {
      const page = await browser.newPage();
      page.setDefaultTimeout(0);
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(String(error)));
      await page.goto(url);
      expect(await page.evaluate(() => isSecureContext)).toBe(isSecure);
      const answer = await answerToOne(page);
      expect(complaints).toEqual([]);
      await page.close();
      return answer;
    }

    test.skipIf(typeof machine === 'string')('over plain HTTP from another machine', async () => {
      const { address, prefix } = machine as Exclude<typeof machine, string>;
      const server = runServer(['--host', '0.0.0.0', '--port', '0'], {}, prefix);
      const { port } = new URL(await server.url);
      expect(await answerAt(`http://${address}:${port}/`, false)).toBe('1');
      server.kill('SIGTERM');
      expect(await server.exit).toBe(0);
    });

    test('below a prefix', async () => {
      const models = [serveModel(await loadModel(SHIPPED_MODEL_FILE))];
      const outer = express().use('/digits', createApp({ models }));
      const listening = outer.listen(0, '127.0.0.1');
      await once(listening, 'listening');
      const { port } = listening.address() as AddressInfo;
      for (const address of ['digits', 'digits/']) {
        expect(await answerAt(`http://127.0.0.1:${port}/${address}`, true)).toBe('1');
      }
      listening.close();
    });
  });
});
