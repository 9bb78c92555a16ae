/**
 * All 10,000 test images of MNIST, each drawn on a large, unevenly lit, noisy page and read back:
 * the shipped network names them as well as from MNIST itself, within half a point.
 */
import { loadMnist } from '@convnet/mnist-io/node';
import { describe, expect, test } from 'vitest';
import { needed } from '../../../test-needs.shared.ts';
import { pageKinds, readPages } from './reads-pages.ts';

const dataDir = needed('MNIST', 'reading MNIST from pages');

describe.skipIf(!dataDir)('every test image, read from a page', () => {
  test.each(pageKinds)('%s', async (name, kind) => {
    const { test: images } = await loadMnist(dataDir!);
    const reading = await readPages(images, kind);
    const percent = (right: number): string => `${((100 * right) / images.size).toFixed(2)} %`;
    console.info(
      `${name}: ${percent(reading.fromPages)} read right, ${percent(reading.direct)} from MNIST itself; ${reading.milliseconds.toFixed(1)} ms a page`,
    );
    expect(reading.wrongPolarity).toBe(0);
    expect(reading.fromPages).toBeGreaterThanOrEqual(reading.direct - 0.005 * images.size);
    expect(reading.milliseconds).toBeLessThan(25);
  });
});
