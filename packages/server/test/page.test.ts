/** The page in a real browser, against a real server with the shipped network. */
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { loadModel } from '@convnet/convnet/node';
import express from 'express';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { INSECURE_HOST, launchChromium, openPage } from '../../../chromium.shared.ts';
import { needed } from '../../../test-needs.shared.ts';
import { createApp } from '../src/create-app.ts';
import { PAGE_FOLDER, SHIPPED_MODEL_FILE } from '../src/package-files.ts';
import { serveModel } from '../src/served-model.ts';
import { startServer, type RunningServer } from '../src/start-server.ts';
import { answerOf, boardToScreen, draw, drawSlowly, misread } from './support/drawing.ts';
import { smallModel } from './support/small-model.ts';
import { ONE, type Place } from './support/strokes.ts';
import { testDigits } from './support/test-digits.ts';

/** The widths of the bars, as shares of their tracks, once they rest. */
async function barsOf(page: Page): Promise<number[]> {
  await page.waitForFunction(() => document.getAnimations().length === 0);
  return page.locator('.bar').evaluateAll((bars) =>
    bars.map((bar) => {
      const track = bar.parentElement!.getBoundingClientRect();
      return (bar.getBoundingClientRect().right - track.left) / track.width;
    }),
  );
}

const chromium = needed('Chromium', 'the page in a browser');
const mnist = needed('MNIST', 'drawing MNIST digits on the page');

describe.skipIf(!chromium)('the page', () => {
  let server: RunningServer;
  let browser: Browser;
  let complaints: string[] = [];

  beforeAll(async () => {
    if (!existsSync(PAGE_FOLDER)) {
      throw new Error(
        'The page has not been built. Run "npx nx run server:page", then test again.',
      );
    }
    const model = serveModel(await loadModel(SHIPPED_MODEL_FILE));
    server = await startServer({ models: [model], port: 0 });
    browser = await launchChromium(chromium!);
  });
  afterEach(() => {
    complaints = [];
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
  });

  /** Opens the page, runs `use`, and closes it. */
  async function withPage(
    use: (page: Page) => Promise<void>,
    options: BrowserContextOptions = {},
    url = server.url,
  ): Promise<void> {
    const page = await openPage(browser, { viewport: { width: 1100, height: 800 }, ...options });
    // Violations of the content security policy are errors on the console.
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(url);
    await page.locator('#bars li').first().waitFor();
    await use(page);
    await page.close();
  }

  test('reads a drawing, tells about its model, and forgets the drawing', async () => {
    await withPage(async (page) => {
      expect(await page.locator('#bars .name').allInnerTexts()).toEqual('0123456789'.split(''));
      expect(await page.locator('#model').innerText()).toMatch(
        /^Model mnist: lenet5, trained on mnist, 9\d\.\d % of test images read right$/,
      );
      for (const clear of ['button', 'Escape', 'c']) {
        expect(await answerOf(page)).toBe('–');
        expect(Math.max(...(await barsOf(page)))).toBeCloseTo(0, 5);

        await draw(page, [ONE]);
        expect(await answerOf(page)).toBe('1');
        const bars = await barsOf(page);
        expect(bars[1]).toBeGreaterThan(0.8);
        expect(bars.reduce((sum, width) => sum + width)).toBeCloseTo(1, 2);
        await page.getByRole('status').getByText('Reads as 1, 9').waitFor({ state: 'attached' });

        if (clear === 'button') await page.getByRole('button', { name: 'Clear' }).click();
        else await page.keyboard.press(clear);
      }
      expect(await answerOf(page)).toBe('–');
      expect(complaints).toEqual([]);
    });
  });

  test('moves the bars before the pen is lifted', async () => {
    await withPage(async (page) => {
      await drawSlowly(page, ONE);
      expect(await answerOf(page)).toBe('1');
    });
  });

  test('takes fingers on a small phone, without a need to scroll sideways', async () => {
    const options = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
    await withPage(async (page) => {
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(width).toBe(360);
      const at = await boardToScreen(page);
      const fingers = await page.context().newCDPSession(page);
      const touch = async (type: 'touchStart' | 'touchMove' | 'touchEnd', place?: Place) => {
        const touchPoints = place ? [at(place)].map(([x, y]) => ({ x, y })) : [];
        await fingers.send('Input.dispatchTouchEvent', { type, touchPoints });
      };
      await touch('touchStart', ONE[0]);
      for (const place of ONE) await touch('touchMove', place);
      await touch('touchEnd');
      expect(await answerOf(page)).toBe('1');
      expect(complaints).toEqual([]);
    }, options);
  });

  test('reads a drawing over plain HTTP from another machine', async () => {
    const url = server.url.replace('127.0.0.1', INSECURE_HOST);
    await withPage(
      async (page) => {
        expect(await page.evaluate(() => isSecureContext)).toBe(false);
        // The browser tells such a page only where the pen is at each frame. Movements that are
        // sent together may fall into one frame, and only the last would arrive.
        await drawSlowly(page, ONE);
        expect(await answerOf(page)).toBe('1');
      },
      {},
      url,
    );
  });

  test('reads a drawing below a prefix, with a slash or without', async () => {
    const models = [serveModel(await loadModel(SHIPPED_MODEL_FILE))];
    const outer = express().use('/digits', createApp({ models }));
    const listening = outer.listen(0, '127.0.0.1');
    await once(listening, 'listening');
    const { port } = listening.address() as AddressInfo;
    for (const address of ['digits', 'digits/', 'digits?theme=dark']) {
      await withPage(
        async (page) => {
          await draw(page, [ONE]);
          expect(await answerOf(page)).toBe('1');
        },
        {},
        `http://127.0.0.1:${port}/${address}`,
      );
    }
    listening.close();
    expect(complaints).toEqual([]);
  });

  test('shows the names of classes as text, whatever they are', async () => {
    const model = smallModel();
    const hostile = '<img src=x onerror="document.title = 1">';
    model.info = { ...model.info, classNames: Array.from({ length: 10 }, () => hostile) };
    const other = await startServer({ models: [serveModel(model)], port: 0 });
    await withPage(
      async (page) => {
        await draw(page, [ONE]);
        expect(await answerOf(page)).toBe(hostile);
        expect(await page.locator('#bars .name').first().innerText()).toBe(hostile);
        expect(await page.locator('img').count()).toBe(0);
        expect(complaints).toEqual([]);
      },
      {},
      other.url,
    );
    await other.close();
  });

  test('says when the server is gone, and goes on when it is back', async () => {
    const models = [serveModel(await loadModel(SHIPPED_MODEL_FILE))];
    const first = await startServer({ models, port: 0 });
    await withPage(
      async (page) => {
        await first.close();
        await draw(page, [ONE]);
        await page.getByRole('alert').getByText('The server does not answer.').waitFor();
        const second = await startServer({ models, port: Number(new URL(first.url).port) });
        expect(await answerOf(page)).toBe('1');
        expect(await page.getByRole('alert').innerText()).toBe('');
        await second.close();
      },
      {},
      first.url,
    );
  });

  test.skipIf(!mnist)('reads digits that are drawn anew, one of each class', async () => {
    await withPage(async (page) => {
      // Of a hundred, a few are read wrongly by the best of networks: page.verify.ts counts them.
      expect((await misread(page, await testDigits(mnist!, 1))).length).toBeLessThanOrEqual(1);
      expect(complaints).toEqual([]);
    });
  });
});
