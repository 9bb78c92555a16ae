/** `convnet data download` through the real executable, from a real server and a real proxy. */
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { needed } from '../../../test-needs.shared.ts';
import { finished, runCli, startCli } from './run-cli.ts';

const dataDir = needed('MNIST', 'downloading MNIST from a local mirror');

let folder: string;
let env: NodeJS.ProcessEnv;
const servers: http.Server[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'convnet-download-'));
  env = { XDG_CACHE_HOME: folder, CONVNET_OFFLINE: '' };
});
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
  await rm(folder, { recursive: true });
});

async function listening(server: http.Server): Promise<string> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A mirror of one's own, laid out as `<base>/mnist/<file>`; collects what it is asked for. */
async function mirror(requests: string[], answers?: http.RequestListener): Promise<string> {
  return listening(
    http.createServer((request, response) => {
      requests.push(`${request.url!} ${request.headers.range ?? ''}`.trim());
      if (answers) {
        answers(request, response);
        return;
      }
      void readFile(path.join(dataDir!, path.basename(request.url!))).then((bytes) => {
        const start = Number(/\d+/.exec(request.headers.range ?? '0')![0]);
        const range = `bytes ${start}-${bytes.length - 1}/${bytes.length}`;
        response
          .writeHead(start > 0 ? 206 : 200, {
            'content-length': bytes.length - start,
            ...(start > 0 && { 'content-range': range }),
          })
          .end(bytes.subarray(start));
      });
    }),
  );
}

/** A proxy that forwards requests and tunnels; collects the hosts it is asked for. */
async function proxy(asked: string[], forwardTo?: string): Promise<string> {
  const target = (host: string) => new URL(forwardTo ?? `http://${host}`);
  const server = http.createServer((request, response) => {
    const url = new URL(request.url!);
    asked.push(`${request.method!} ${url.host}`);
    const { hostname, port } = target(url.host);
    const options = { hostname, port, path: url.pathname, headers: request.headers };
    request.pipe(
      http.request({ ...options, method: request.method }, (answer) => {
        response.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(response);
      }),
    );
  });
  server.on('connect', (request: http.IncomingMessage, socket: net.Socket) => {
    asked.push(`CONNECT ${request.url!}`);
    socket.on('error', () => undefined);
    if (forwardTo === undefined) {
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
      return;
    }
    const { hostname, port } = target(request.url!);
    const upstream = net.connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on('error', () => undefined);
  });
  return listening(server);
}

describe.skipIf(!dataDir)('with MNIST', () => {
  test('downloads once, shows how far it is, verifies, and is found by the others', async () => {
    const requests: string[] = [];
    const online = { ...env, CONVNET_MIRROR: `${await mirror(requests)}/data/` };
    const first = await runCli(['data', 'download', 'mnist'], online);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toMatch(
      /^downloading train-images-idx3-ubyte\.gz from 127\.0\.0\.1:\d+, 9,912,422 bytes\n/,
    );
    expect(first.stdout).toContain(`mnist: in ${path.join(folder, 'convnet', 'mnist')} (verified)`);
    expect(requests).toHaveLength(4);
    expect(requests[0]).toBe('/data/mnist/train-images-idx3-ubyte.gz');
    const again = await runCli(['data', 'download', 'mnist', '--json'], online);
    expect(JSON.parse(again.stdout)).toMatchObject({ newFiles: 0 });
    expect(requests).toHaveLength(4);
    const stats = await runCli(['data', 'stats', 'mnist', '--json'], { XDG_CACHE_HOME: folder });
    expect(JSON.parse(stats.stdout)).toMatchObject({ data: { kind: 'mnist' } });
  });

  test('Ctrl-C keeps what arrived, and the next time only the rest is fetched', async () => {
    const requests: string[] = [];
    let isSlow = true;
    const bytes = await readFile(path.join(dataDir!, 'train-images-idx3-ubyte.gz'));
    const slow = await mirror(requests, (_, response) => {
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, 100_000));
    });
    const fast = await mirror(requests);
    const target = path.join(folder, 'data');
    const run = (base: string) =>
      startCli(['data', 'download', 'mnist', '--data-dir', target], {
        ...env,
        CONVNET_MIRROR: base,
      });
    const child = run(slow);
    const end = finished(child);
    const part = path.join(target, 'mnist', 'train-images-idx3-ubyte.gz.part');
    while (isSlow) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      isSlow = (await stat(part).catch(() => undefined))?.size !== 100_000;
    }
    child.kill('SIGINT');
    expect(await end).toMatchObject({
      code: 130,
      stderr: 'interrupted: what arrived is kept. Run the command again to go on from there.\n',
    });
    const resumed = await finished(run(fast));
    expect(resumed.stdout).toContain('downloading the rest of train-images-idx3-ubyte.gz');
    expect(requests[1]).toBe('/mnist/train-images-idx3-ubyte.gz bytes=100000-');
    expect((await readFile(part.replace('.part', ''))).equals(bytes)).toBe(true);
    expect(await readdir(path.join(target, 'mnist'))).toHaveLength(4);
  });

  test('goes through HTTP_PROXY, past it with NO_PROXY', async () => {
    const [requests, asked]: [string[], string[]] = [[], []];
    const base = await mirror(requests);
    const through = { ...env, HTTP_PROXY: await proxy(asked, base) };
    const far = await runCli(['data', 'download', 'mnist'], {
      ...through,
      CONVNET_MIRROR: 'http://mirror.invalid',
    });
    expect(far).toMatchObject({ code: 0, stderr: '' });
    expect(requests).toHaveLength(4);
    expect(asked.length).toBeGreaterThan(0);
    for (const what of asked) expect(what).toMatch(/ mirror\.invalid(:80)?$/);

    asked.length = 0;
    await rm(path.join(folder, 'convnet'), { recursive: true });
    const past = { ...through, CONVNET_MIRROR: base, no_proxy: '127.0.0.1' };
    expect(await runCli(['data', 'download', 'mnist'], past)).toMatchObject({ code: 0 });
    expect(asked).toEqual([]);
  });
});

test('HTTPS_PROXY is asked for a tunnel, and what it answers is told', async () => {
  const asked: string[] = [];
  const { stderr, code } = await runCli(['data', 'download', 'kmnist'], {
    ...env,
    HTTPS_PROXY: await proxy(asked),
    CONVNET_MIRROR: 'https://mirror.invalid',
  });
  expect(asked).toEqual(['CONNECT mirror.invalid:443']);
  expect(stderr).toMatch(
    /Kuzushiji-MNIST could not be downloaded: https:\/\/mirror\.invalid\/kmnist\//,
  );
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(code).toBe(69);
});

test('a mirror that has nothing, and no network, end with 69', async () => {
  const requests: string[] = [];
  const base = await mirror(requests, (_, response) => response.writeHead(404).end());
  const missing = await runCli(['data', 'download', 'emnist/letters', 'emnist-digits'], {
    ...env,
    CONVNET_MIRROR: base,
  });
  expect(missing.stderr).toContain(`${base}/emnist/: gzip.zip: HTTP status 404`);
  expect(missing.code).toBe(69);
  expect(requests).toEqual(['/emnist/gzip.zip']);
  const offline = await runCli(['data', 'download', 'qmnist'], { XDG_CACHE_HOME: folder });
  expect(offline.stderr).toContain('QMNIST: CONVNET_OFFLINE=1 forbids the network');
  expect(offline.code).toBe(69);
});
