/** Options that there are not, and values of wrong kinds. */
import { OptionError } from '@convnet/convnet';
import { expect, test } from 'vitest';
import { smallModel } from '../test/support/small-model.ts';
import { createApp } from './create-app.ts';
import { serveModel } from './served-model.ts';
import { startServer } from './start-server.ts';

const models = [serveModel(smallModel(1))];

/** What a call ends with, be it at once or later. */
async function refusal(call: () => unknown): Promise<unknown> {
  try {
    return await call();
  } catch (error) {
    return error;
  }
}

test.each<[call: string, () => unknown, message: RegExp]>([
  [
    'serveModel',
    () => serveModel(smallModel(1), { Name: 'x' } as never),
    /expected one of name, version; received "Name"\. Did you mean name\?/,
  ],
  ['serveModel', () => serveModel(smallModel(1), { name: 7 } as never), /name: .*received 7/],
  ['serveModel', () => serveModel({} as never), /model\.predict: expected a function/],
  [
    'createApp',
    () => createApp({ models, page_folder: 'x' } as never),
    /received "page_folder"\. Did you mean pageFolder\?/,
  ],
  ['createApp', () => createApp({ models: smallModel(1) } as never), /models: expected a list/],
  [
    'createApp',
    () => createApp({ models: [smallModel(1)] } as never),
    /version, as serveModel gives it: expected a text/,
  ],
  ['createApp', () => createApp({ models: [...models, ...models] }), /a name of its own/],
  [
    'startServer',
    () => startServer({ models, graceSecond: 1 } as never),
    /received "graceSecond"\. Did you mean graceSeconds\?/,
  ],
  ['startServer', () => startServer({ models, port: 70_000 }), /port: .* from 0 to 65535/],
  ['startServer', () => startServer({ models, port: '80' } as never), /port: .*received "80"/],
])('%s refuses it: %#', async (name, call, message) => {
  const error = await refusal(call);
  expect(error).toBeInstanceOf(OptionError);
  expect((error as Error).message).toMatch(message);
  expect((error as Error).message).toMatch(new RegExp(`^${name}`));
});
