/** The program as its users meet it: flags, variables, exit codes and signals. */
import { once } from 'node:events';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { saveModel } from '@convnet/convnet/node';
import { describe, expect, test } from 'vitest';
import { runServer, type ServerProcess } from './support/server-process.ts';
import { smallModel, someImages, withFolder } from './support/small-model.ts';

type Failure = [string, string[], Record<string, string>, number, RegExp];
const deviceCase = (file: string, message: RegExp): Failure => [
  `${file} for a model`,
  ['--model', file],
  {},
  66,
  message,
];

describe('a start that fails', () => {
  test.concurrent.each<Failure>([
    [
      'an unknown flag',
      ['--prot', '1'],
      {},
      2,
      /unknown option '--prot'\n\(Did you mean --port\?\)/,
    ],
    ['a stray argument', ['3000'], {}, 2, /too many arguments/],
    ['no port', ['--port', ''], {}, 2, /--port.*0 to 65535/],
    ['a port beyond the last', ['--port', '65536'], {}, 2, /'65536' is invalid\. Expected a whole/],
    ['a port from the environment', [], { CONVNET_PORT: '3e3' }, 2, /CONVNET_PORT.*Expected a who/],
    ['a negative grace', ['--grace=-1'], {}, 2, /--grace.*Expected seconds from 0 to 3600/],
    ['a name with a slash', ['--name', '../x'], {}, 2, /--name.*letters, digits/],
    ['a foreign address', ['--host', '192.0.2.1'], {}, 69, /--host 192\.0\.2\.1 is not an address/],
    ...(process.platform === 'win32'
      ? []
      : [
          deviceCase('/dev/zero', /\/dev\/zero: expected a file; it is a device/),
          deviceCase('src', /src: expected a file; it is a folder/),
        ]),
    ['a model that is not there', [], { CONVNET_MODEL: 'no.safetensors' }, 66, /no such file/],
    [
      'a model that is none',
      ['--model', 'package.json'],
      {},
      65,
      /^convnet-server: package\.json: /,
    ],
    ['a device as model', ['--model', '/dev/zero'], {}, 66, /\/dev\/zero: .* it is a device/],
  ])('%s', async (_, args, env, code, message) => {
    const server = runServer(args, { CONVNET_PORT: '0', ...env });
    expect([await server.exit, server.output()]).toEqual([
      code,
      expect.stringMatching(message) as string,
    ]);
    expect(server.output()).not.toContain('    at ');
  });

  test('a port in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const port = String((other.address() as AddressInfo).port);
    const server = runServer(['--port', port]);
    expect(await server.exit).toBe(69);
    expect(server.output()).toMatch(
      `convnet-server: port ${port} on 127.0.0.1 is in use by another program.`,
    );
    other.close();
  });
});

describe('a running server', () => {
  async function withServer(
    args: string[],
    use: (server: ServerProcess, url: string) => Promise<void>,
  ): Promise<void> {
    await withFolder(async (folder) => {
      const file = path.join(folder, 'small.safetensors');
      await saveModel(smallModel(), file);
      // The flag outweighs the variable.
      const env = { CONVNET_PORT: '0', CONVNET_MODEL: path.join(folder, 'not-there') };
      const server = runServer(['--model', file, ...args], env);
      try {
        await use(server, await server.url);
      } finally {
        server.kill('SIGKILL');
      }
    });
  }

  const { shape, data } = someImages(1);
  const image = { name: 'image', datatype: 'FP32', shape, data: Array.from(data) };
  const body = JSON.stringify({ inputs: [image] });

  /** A request of which a part is still to be sent; the server has begun to read it. */
  async function beginRequest(url: string): Promise<ClientRequest> {
    const begun = request(new URL('v2/models/mnist/infer', url), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Expect: '100-continue' },
    });
    begun.flushHeaders();
    await once(begun, 'continue');
    begun.write(body.slice(0, 1000));
    return begun;
  }

  test('says what it serves and where', async () => {
    await withServer(['--name', 'tiny'], async (server, url) => {
      expect(server.output()).toMatch(
        /^Serving "tiny": simple, test accuracy 12\.50 %, .*small\.safetensors\n/,
      );
      expect((await fetch(new URL('v2/models/tiny', url))).status).toBe(200);
      server.kill('SIGINT');
      expect(await server.exit).toBe(0);
    });
  });

  test.runIf(process.platform === 'linux')(
    'looks for trained models in the state folder',
    async () => {
      await withFolder(async (state) => {
        await writeFile(path.join(state, 'convnet'), 'a file where a folder belongs');
        const server = runServer(['--port', '0'], { XDG_STATE_HOME: state });
        expect(await server.exit).toBe(66);
        expect(server.output()).toContain('Choose another with --model FILE.');
      });
    },
  );

  test('spells out what acts on a terminal or a log', async () => {
    await withFolder(async (folder) => {
      const model = smallModel();
      Object.defineProperty(model, 'name', { value: 'x\u001b]0;pwned\u0007\r\nERROR: fake' });
      const file = path.join(folder, 'a\u001b[2J.safetensors');
      await saveModel(model, file);
      const server = runServer(['--model', file], { CONVNET_PORT: '0' });
      await server.url;
      server.kill('SIGKILL');
      await server.exit;
      expect(server.output()).toContain('x\\u001b]0;pwned\\u0007\\u000d\\u000aERROR: fake, test');
      expect(server.output()).toContain('a\\u001b[2J.safetensors');
      expect(server.output()).not.toMatch(/(?!\n)\p{Cc}/u);
    });
  });

  test.each(['SIGTERM', 'SIGHUP'] as const)(
    'finishes a request in flight on %s, then exits with 0',
    async (signal) => {
      await withServer([], async (server, url) => {
        const begun = await beginRequest(url);
        server.kill(signal);
        await expect.poll(server.output).toContain('Stopping: 1 open request, at most 10 s.');
        await expect(fetch(url)).rejects.toThrow();
        begun.end(body.slice(1000));
        const [response] = (await once(begun, 'response')) as [IncomingMessage];
        expect([response.statusCode, response.headers.connection]).toEqual([200, 'close']);
        response.resume();
        expect(await server.exit).toBe(0);
      });
    },
  );

  test('stops hard after the grace period', async () => {
    await withServer(['--grace', '0.3'], async (server, url) => {
      const begun = await beginRequest(url);
      begun.on('error', () => undefined);
      server.kill('SIGTERM');
      expect(await server.exit).toBe(0);
      expect(server.output()).toContain('Stopped after 0.3 s; requests cut: 1.');
    });
  });

  test('exits at once on a second signal', async () => {
    await withServer([], async (server, url) => {
      const begun = await beginRequest(url);
      begun.on('error', () => undefined);
      server.kill('SIGTERM');
      await expect.poll(server.output).toContain('Stopping:');
      // Sooner, it would be taken for the same wish: a terminal sends both.
      await new Promise((resolve) => setTimeout(resolve, 400));
      server.kill('SIGINT');
      expect(await server.exit).toBe(130);
    });
  });
});
