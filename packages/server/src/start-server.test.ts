import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { smallModel } from '../test/support/small-model.ts';
import { createApp } from './create-app.ts';
import { serveModel } from './served-model.ts';
import { startServer, type RunningServer, type ServerOptions } from './start-server.ts';

const models = [serveModel(smallModel())];
const start = (options: Partial<ServerOptions> = {}): Promise<RunningServer> =>
  startServer({ models, port: 0, ...options });

/** A connection to which bytes are written by hand. */
async function open({ url }: RunningServer): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

/** Everything that comes until the other side closes. */
async function rest(socket: Socket): Promise<string> {
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return text;
}

const HEAD = 'Host: localhost\r\nContent-Type: application/json\r\n';

/** Writes all of a request but its last byte, and waits until the server has seen it. */
async function writeAlmost(server: RunningServer, socket: Socket): Promise<void> {
  const before = server.requestsInFlight;
  socket.write(`POST /v2/models/mnist/infer HTTP/1.1\r\n${HEAD}Content-Length: 2\r\n\r\n{`);
  while (server.requestsInFlight === before) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('startServer', () => {
  test('names its address', async () => {
    const server = await start();
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    await server.close();
    const everywhere = await start({ host: '0.0.0.0' });
    expect(everywhere.url).toMatch(/^http:\/\/localhost:\d+\/$/);
    await everywhere.close();
  });

  test('refuses a port that is taken, and two models of one name', async () => {
    const server = await start();
    const port = Number(new URL(server.url).port);
    await expect(start({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await server.close();
    await expect(start({ models: [...models, ...models] })).rejects.toThrow(/a name of its own/);
  });

  test('refuses a grace period that timers would cut to nothing', async () => {
    await expect(start({ graceSeconds: 1e9 })).rejects.toThrow(
      'startServer graceSeconds: expected a number from 0 to 2147483; received 1000000000.',
    );
  });

  test.each([
    ['HELLO\r\n\r\n', /^HTTP\/1\.1 400 .*\{"error":"request: expected HTTP\/1\.1/s],
    [
      `GET / HTTP/1.1\r\n${HEAD}X: ${'x'.repeat(20_000)}\r\n\r\n`,
      /^HTTP\/1\.1 431 .*\{"error":"headers: /s,
    ],
  ])('answers bytes that are no request', async (bytes, answer) => {
    const server = await start();
    const socket = await open(server);
    socket.write(bytes);
    expect(await rest(socket)).toMatch(answer);
    await server.close();
  });
});

describe('close', () => {
  test('answers what is in flight, denies readiness, and ends every connection', async () => {
    const server = await start();
    const [busy, probing, idle, silent] = await Promise.all([
      open(server),
      open(server),
      open(server),
      open(server),
    ]);
    idle.write(`GET /v2/health/live HTTP/1.1\r\n${HEAD}\r\n`);
    await once(idle, 'readable');
    expect(String(idle.read())).toContain('Connection: keep-alive');
    probing.write('GET /v2/health/ready HTTP/1.1\r\n');
    await writeAlmost(server, busy);

    const closed = server.close();
    expect(server.close()).toBe(closed);
    expect(await rest(idle)).toBe('');
    expect(await rest(silent)).toBe('');
    await expect(open(server)).rejects.toThrow('ECONNREFUSED');

    probing.write(`${HEAD}\r\n`);
    const denied = await rest(probing);
    expect(denied).toMatch(/^HTTP\/1\.1 503 .*\{"ready":false\}$/s);
    expect(denied).toContain('Connection: close');

    busy.write('}');
    const answered = await rest(busy);
    expect(answered).toMatch(/^HTTP\/1\.1 400 .*inputs: expected/s);
    expect(answered).toContain('Connection: close');
    expect(await closed).toBe(0);
  });

  test('cuts what takes longer than the grace period', async () => {
    const server = await start({ graceSeconds: 0.1 });
    const socket = await open(server);
    await writeAlmost(server, socket);
    expect(await server.close()).toBe(1);
    expect(await rest(socket).catch(() => '')).toBe('');
  });
});

describe('createApp', () => {
  test('tells that its models are not ready while draining', async () => {
    const app = createApp({ models, isDraining: () => true });
    const server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const response = await fetch(`http://127.0.0.1:${port}/v2/models/mnist/ready`);
    expect([response.status, await response.json()]).toEqual([
      503,
      { name: 'mnist', ready: false },
    ]);
    await new Promise((resolve) => server.close(resolve));
  });
});
