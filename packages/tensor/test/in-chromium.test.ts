/** Another engine's WebAssembly, which has relaxed SIMD without a flag. */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { launchChromium, openPage } from '../../../chromium.shared.ts';
import { needed } from '../../../test-needs.shared.ts';

const chromium = needed('Chromium', 'kernels in a browser');

test.skipIf(!chromium).each([
  ['long sums stay exact', 'long-sums-page.ts', ['reference', 'simd', 'relaxed']],
  ['numbers that are not finite come out alike', 'not-finite-page.ts', ['simd', 'relaxed']],
])('in Chromium %s on every rung', async (_, program, expected) => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(program, import.meta.url))],
    bundle: true,
    format: 'esm',
    write: false,
  });
  const browser = await launchChromium(chromium!);
  try {
    const page = await openPage(browser);
    await page.addScriptTag({ content: outputFiles[0]!.text, type: 'module' });
    await page.waitForFunction(() => document.title !== '');
    const { rungs, failures } = JSON.parse(await page.title()) as Record<string, string[]>;
    expect(rungs).toEqual(expected);
    expect(failures).toEqual([]);
  } finally {
    await browser.close();
  }
});
