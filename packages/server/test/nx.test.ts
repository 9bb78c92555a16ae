/** The server through the real `nx run`, with every documented flag. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { saveModel } from '@convnet/convnet/node';
import { expect, test } from 'vitest';
import { smallModel, withFolder } from './support/small-model.ts';

const WORKSPACE = path.resolve(import.meta.dirname, '../../..');

test('takes its flags through nx, serves, and leaves nothing behind on SIGTERM', async () => {
  await withFolder(async (folder) => {
    const file = path.join(folder, 'model.safetensors');
    await saveModel(smallModel(1), file);
    const flags = ['--port', '0', '--host', '127.0.0.1', '--model', file, '--name', 'digits'];
    const inherited = Object.entries(process.env).filter(([name]) => !/^(CONVNET|NX)_/.test(name));
    const nx = spawn(
      path.join(WORKSPACE, 'node_modules/.bin/nx'),
      // The page has been built for these tests, and is in use by others of them.
      ['run', 'server:serve', '--excludeTaskDependencies', ...flags, '--grace', '2'],
      {
        cwd: WORKSPACE,
        env: {
          ...Object.fromEntries(inherited),
          NX_DAEMON: 'false',
          // Its own, so that it does not wait for the locks of an Nx that runs these tests.
          NX_WORKSPACE_DATA_DIRECTORY: path.join(folder, 'nx'),
        },
      },
    );
    let output = '';
    const ended = new Promise((resolve) => nx.once('close', resolve));
    const url = await new Promise<string>((resolve, reject) => {
      const read = (chunk: Buffer): void => {
        output += chunk.toString();
        const found = /Draw digits at (\S+)/.exec(output)?.[1];
        if (found !== undefined) resolve(found);
      };
      nx.stdout.on('data', read);
      nx.stderr.on('data', read);
      void ended.then(() => {
        reject(new Error(output));
      });
    });
    expect(output).toContain(`Serving "digits": ${smallModel(1).name}`);
    expect((await fetch(`${url}v2/models/digits`)).status).toBe(200);
    expect((await fetch(url)).headers.get('content-type')).toContain('text/html');
    nx.kill('SIGTERM');
    await ended;
    await expect(fetch(`${url}v2/health/live`)).rejects.toThrow();
  });
});
