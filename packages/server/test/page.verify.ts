/** A hundred digits drawn on the page, in a real browser, and read by the shipped network. */
import { loadModel } from '@convnet/convnet/node';
import { expect, test } from 'vitest';
import { launchChromium, openPage } from '../../../chromium.shared.ts';
import { needed } from '../../../test-needs.shared.ts';
import { SHIPPED_MODEL_FILE } from '../src/package-files.ts';
import { serveModel } from '../src/served-model.ts';
import { startServer } from '../src/start-server.ts';
import { misread } from './support/drawing.ts';
import { testDigits } from './support/test-digits.ts';

/** Of the hundred traced digits, how many must be read right. */
const LEAST_RIGHT = 96;

const chromium = needed('Chromium', 'the page in a browser');
const mnist = needed('MNIST', 'drawing MNIST digits on the page');

test.skipIf(!chromium || !mnist)(
  `reads at least ${LEAST_RIGHT} of 100 test digits that are drawn anew`,
  async () => {
    const models = [serveModel(await loadModel(SHIPPED_MODEL_FILE))];
    const server = await startServer({ models, port: 0 });
    const browser = await launchChromium(chromium!);
    try {
      const page = await openPage(browser, { viewport: { width: 1100, height: 800 } });
      const complaints: string[] = [];
      page.on('console', (message) => complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
      await page.goto(server.url);
      await page.locator('#bars li').first().waitFor();
      const wrong = await misread(page, await testDigits(mnist!, 10));
      console.info(`Read ${100 - wrong.length} of 100 drawn digits; wrong: ${wrong.join(', ')}.`);
      expect(100 - wrong.length).toBeGreaterThanOrEqual(LEAST_RIGHT);
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
      await server.close();
    }
  },
);
