/** Options that there are not, and values of wrong kinds; none of it reads or writes anything. */
import { OptionError } from '@convnet/tensor';
import { expect, test } from 'vitest';
import {
  conversionFormats,
  convertDataset,
  createIdxFile,
  downloadDatasets,
  findDataset,
  loadDataset,
  loadImages,
  openDataset,
  openIdxFile,
  readIdxFile,
  writeIdxFile,
} from './index.ts';

const array = { shape: [1], data: Uint8Array.of(1) };

test.each<[name: string, call: () => Promise<unknown>, nearest: string]>([
  ['loadImages', () => loadImages({ dataset: 'auto', seeds: 1 } as never), 'seed'],
  [
    'loadImages generatedCounts',
    () => loadImages({ dataset: 'generated', seed: 1, generatedCounts: { tests: 1 } } as never),
    'test',
  ],
  ['loadDataset', () => loadDataset('mnist', { data_dir: 'x' } as never), 'dataDir'],
  ['findDataset', () => findDataset('mnist', { dataDirectory: 'x' } as never), 'dataDir'],
  ['downloadDatasets', () => downloadDatasets([], 'x', { mirror: [] } as never), 'mirrors'],
  ['openIdxFile', () => openIdxFile('x', { stric: true } as never), 'strict'],
  ['readIdxFile', () => readIdxFile('x', { identities: {} } as never), 'identity'],
  ['createIdxFile', () => createIdxFile('x', { entry_shape: [] } as never), 'entryShape'],
  ['writeIdxFile', () => writeIdxFile('x', array, { zip: true } as never), 'gzip'],
  ['openDataset', () => openDataset('x', { label: 'y' } as never), 'labels'],
  ['convertDataset', () => convertDataset('x', 'y', { inverted: true } as never), 'invert'],
  ['conversionFormats', () => conversionFormats('x', 'y', { froms: 'idx' } as never), 'from'],
])('%s names the option that was meant', async (name, call, nearest) => {
  const refused = await call().catch((error: unknown) => error as Error);
  expect(refused).toBeInstanceOf(OptionError);
  expect((refused as Error).message).toMatch(
    new RegExp(`^${name} option: expected one of .* Did you mean ${nearest}\\?$`),
  );
});

test.each<[what: string, call: () => Promise<unknown>, message: RegExp]>([
  ['a number for a folder', () => loadDataset('mnist', { dataDir: 1 } as never), /dataDir: .* 1\./],
  [
    'a text for mirrors',
    () => loadDataset('mnist', { mirrors: 'x' } as never),
    /mirrors: .*a list/,
  ],
  ['no address', () => downloadDatasets(['mnist'], 'x', { mirrors: ['x'] }), /addresses such as/],
  ['a text for datasets', () => downloadDatasets('mnist' as never, 'x'), /expected a list/],
  ['no path', () => readIdxFile(undefined as never), /expected a text; received undefined/],
  ['no format', () => openDataset('x', { from: 'jpg' } as never), /from: expected one of idx/],
  ['no size', () => openDataset('x', { size: { height: 0, width: 2 } }), /size\.height: .* 0\./],
])('%s is refused', async (_, call, message) => {
  const refused = await call().catch((error: unknown) => error as Error);
  expect(refused).toBeInstanceOf(OptionError);
  expect((refused as Error).message).toMatch(message);
});
