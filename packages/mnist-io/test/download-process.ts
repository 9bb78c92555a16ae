/**
 * A process that downloads, for tests of several at once: takes the name of a data set, the
 * folder, and the address of the mirror; prints `waiting` and `downloaded N`. The data set is the
 * small stand-in, made anew in each process.
 */
import { downloadDatasets } from '../src/node/index.ts';
import type { DatasetName } from '../src/index.ts';
import { smallDataset } from './small-dataset.ts';

const [name, root, mirror] = process.argv.slice(2);
const { entry } = await smallDataset(name as DatasetName);
const count = await downloadDatasets([entry], root, {
  mirrors: [mirror!],
  connectMs: 600_000,
  env: {},
  onWait: () => {
    console.log('waiting');
  },
});
console.log(`downloaded ${count}`);
