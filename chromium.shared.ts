/** A real browser for tests. It may take its time: what hangs is ended by the limits of Vitest. */
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

/** Another name of this machine, which the browser does not trust as it does localhost. */
export const INSECURE_HOST = 'insecure.test';

/** Starts the browser at `executablePath`, without a window or anything that needs the network. */
export async function launchChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    timeout: 0,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // A page there is no secure context, as one from another machine over plain HTTP.
      `--host-resolver-rules=MAP ${INSECURE_HOST} 127.0.0.1`,
    ],
  });
}

/** Opens a page. */
export async function openPage(browser: Browser, options?: BrowserContextOptions): Promise<Page> {
  const page = await browser.newPage(options);
  page.setDefaultTimeout(0);
  return page;
}
