/** More networks in a page than Chromium has WebAssembly memories for. */
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { expect, test } from 'vitest';
import { launchChromium, openPage } from '../../../chromium.shared.ts';
import { needed } from '../../../test-needs.shared.ts';

const chromiumPath = needed('Chromium', 'many networks in a page');

/** Makes 200 networks, keeps them, and says what the first and the last of them predict. */
const program = `
  import { createKernels, createPreset, Tensor } from './index.ts';
  const image = Tensor.zeros([1, 28, 28, 1]);
  const models = Array.from({ length: 200 }, () => createPreset('simple', { seed: 1 }));
  const [first, last] = [models[0], models.at(-1)].map((model) => [...model.predict(image).data]);
  globalThis.said = { kernels: createKernels().name, first, last };
`;

test.skipIf(!chromiumPath)('200 networks of a page all predict', async () => {
  const bundled = buildSync({
    stdin: { contents: program, resolveDir: fileURLToPath(new URL('../src', import.meta.url)) },
    bundle: true,
    write: false,
    conditions: ['@convnet/source'],
  });
  const browser = await launchChromium(chromiumPath!);
  try {
    const page = await openPage(browser);
    await page.addScriptTag({ content: bundled.outputFiles[0]!.text });
    const said = await page.evaluate<{ kernels: string; first: number[]; last: number[] }>('said');
    expect(said.kernels).not.toBe('reference');
    expect(said.last).toEqual(said.first);
  } finally {
    await browser.close();
  }
});
