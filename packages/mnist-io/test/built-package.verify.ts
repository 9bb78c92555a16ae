/**
 * The built files, in plain Node and away from this repository's packages: both module systems
 * take files out of an archive and convert them, by code that was bundled into them.
 */
import { execFile } from 'node:child_process';
import fs from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serving, startMirror, type Mirror } from './mirror-server.ts';
import { smallDataset, temporaryFolder } from './small-dataset.ts';

const run = promisify(execFile);
const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

let root = '';
let mirror: Mirror;
const letters = await smallDataset('emnist-letters');

beforeAll(async () => {
  root = await temporaryFolder();
  mirror = await startMirror(serving(letters.published));
  await run('npx', ['nx', 'run', 'mnist-io:build'], { cwd: here('../../..') });
  // A folder of its own: nothing but the built packages can be found from there.
  for (const name of ['tensor', 'mnist-io']) {
    const target = path.join(root, 'node_modules', '@convnet', name);
    await fs.mkdir(target, { recursive: true });
    for (const part of ['dist', 'package.json']) {
      await fs.cp(here(`../../${name}/${part}`), path.join(target, part), { recursive: true });
    }
  }
  await fs.writeFile(path.join(root, 'entry.json'), JSON.stringify(letters.entry));
});
afterAll(async () => {
  await mirror.close();
  await fs.rm(root, { recursive: true });
});

const body = (folder: string): string => `
  const entry = JSON.parse(fs.readFileSync('entry.json', 'utf8'));
  downloadDatasets([entry], '${folder}', { mirrors: ['${mirror.url}'], env: {} })
    .then(() => loadDataset(entry, { dataDir: '${folder}' }))
    .then(({ train }) => console.log([train.size, ...train.classCounts().slice(0, 11)].join()));
`;

describe.each([
  ['mjs', (names: string, from: string) => `import ${names} from '${from}';`],
  ['cjs', (names: string, from: string) => `const ${names} = require('${from}');`],
])('%s', (extension, load) => {
  test('downloads, unpacks and reads a data set', async () => {
    const script = path.join(root, `run.${extension}`);
    const loading = [
      load('fs', 'node:fs'),
      load('{ downloadDatasets, loadDataset }', '@convnet/mnist-io/node'),
    ];
    await fs.writeFile(script, `${loading.join('\n')}\n${body(`data-${extension}`)}`);
    const { stdout } = await run(process.execPath, [script], { cwd: root });
    expect(stdout).toBe('20,2,2,2,2,2,2,2,2,2,2,0\n');
  });

  test('converts it to NumPy and from there to CSV', async () => {
    const script = path.join(root, `convert.${extension}`);
    await fs.writeFile(
      script,
      `${load('{ convertDataset }', '@convnet/mnist-io/node')}
      convertDataset('data-${extension}', '${extension}.npz', { from: 'idx' })
        .then(() => convertDataset('${extension}.npz', 'csv-${extension}', { to: 'csv', split: 'train' }))
        .then(() => convertDataset('csv-${extension}', 'idx-${extension}'))
        .then(({ sets: [{ split, images }] }) => console.log(split, images));`,
    );
    const { stdout } = await run(process.execPath, [script], { cwd: root });
    expect(stdout).toBe('train 20\n');
  });
});
