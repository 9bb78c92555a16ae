/**
 * The application on a port, and its orderly end.
 *
 * Draining: no new connections; readiness is denied; requests in flight are answered, with
 * `Connection: close`; idle connections are closed; what still runs after the grace period is cut.
 */
import { checkOptions, integerOption, numberOption, textOption } from '@convnet/convnet';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createApp, type AppOptions } from './create-app.ts';
import { answerUnreadable } from './protocol/answer-unreadable.ts';

/** Time for a client to send the head of a request, in milliseconds. */
const HEADERS_TIMEOUT = 15_000;
/** Time for a client to send a whole request, in milliseconds. */
const REQUEST_TIMEOUT = 60_000;
/** Most header lines of a request; browsers send about twenty. */
const MAX_HEADERS = 100;
/** How long a connection may say nothing at all once draining has begun, in milliseconds. */
const SILENCE_WHILE_DRAINING = 100;

/** Longest grace period, in seconds: of a longer one, Node's timers would make a millisecond. */
const MAX_GRACE_SECONDS = Math.floor((2 ** 31 - 1) / 1000);

/** Where and what to serve. */
export interface ServerOptions extends Pick<AppOptions, 'models' | 'pageFolder'> {
  /** Default 3000; 0 takes any free port. */
  readonly port?: number;
  /** Address to listen on; default 127.0.0.1, which other machines cannot reach. */
  readonly host?: string;
  /**
   * How long requests in flight may take once the server is closed, in seconds: at most 24 days.
   * Default 10.
   */
  readonly graceSeconds?: number;
}

/** A server that listens. */
export interface RunningServer {
  /** Address of the page, ending in `/`. */
  readonly url: string;
  /** Number of requests that are being answered. */
  readonly requestsInFlight: number;
  /**
   * Drains and stops.
   * @returns the number of requests that were cut because the grace period was over.
   */
  close(): Promise<number>;
}

/** The address for a browser; one that stands for all addresses is reached as localhost. */
function urlOf({ address, family, port }: AddressInfo): string {
  const isWildcard = address === '0.0.0.0' || address === '::';
  const host = isWildcard ? 'localhost' : family === 'IPv6' ? `[${address}]` : address;
  return `http://${host}:${port}/`;
}

/**
 * Starts a server.
 *
 * @throws OptionError for an option that there is not, or of a wrong kind.
 * @throws the operating system's error if the port cannot be had, such as `EADDRINUSE`.
 * @example
 * ```ts
 * const server = await startServer({ models: [serveModel(model)], port: 0 });
 * console.log(server.url);
 * await server.close();
 * ```
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  checkOptions(options, 'models pageFolder port host graceSeconds', 'startServer');
  const { port = 3000, host = '127.0.0.1', graceSeconds = 10, ...appOptions } = options;
  integerOption(port, { least: 0, most: 65_535 }, 'startServer port');
  textOption(host, 'startServer host');
  numberOption(graceSeconds, { least: 0, most: MAX_GRACE_SECONDS }, 'startServer graceSeconds');
  let isDraining = false;
  const inFlight = new Set<ServerResponse>();
  const connections = new Set<Socket>();

  const app = createApp({ ...appOptions, isDraining: () => isDraining });
  const server = createServer((request, response) => {
    inFlight.add(response);
    response.once('close', () => inFlight.delete(response));
    if (isDraining) response.setHeader('Connection', 'close');
    app(request, response);
  });
  server.headersTimeout = HEADERS_TIMEOUT;
  server.requestTimeout = REQUEST_TIMEOUT;
  server.maxHeadersCount = MAX_HEADERS;
  server.on('clientError', answerUnreadable);
  server.on('connection', (socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });

  const drain = async (): Promise<number> => {
    isDraining = true;
    for (const response of inFlight) {
      if (!response.headersSent) response.setHeader('Connection', 'close');
    }
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeIdleConnections();
    // Node takes connections that never said anything, as browsers open them, for busy ones.
    const silence = setTimeout(() => {
      for (const socket of connections) if (socket.bytesRead === 0) socket.destroy();
    }, SILENCE_WHILE_DRAINING);
    let cut = 0;
    const hardStop = setTimeout(() => {
      cut = inFlight.size;
      server.closeAllConnections();
    }, graceSeconds * 1000);
    await closed;
    clearTimeout(silence);
    clearTimeout(hardStop);
    return cut;
  };
  let draining: Promise<number> | undefined;
  return {
    url: urlOf(server.address() as AddressInfo),
    get requestsInFlight() {
      return inFlight.size;
    },
    close: () => (draining ??= drain()),
  };
}
