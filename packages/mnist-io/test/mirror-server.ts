/**
 * Mirrors for download tests: HTTP servers of this process, on the loopback address.
 */
import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers a request for the file of the given name. */
export type Answer = (
  name: string,
  response: http.ServerResponse,
  request: http.IncomingMessage,
) => void;

/** A running mirror. */
export interface Mirror {
  /** Base address, as the download expects it. */
  readonly url: string;
  /** Names of the files that were asked for. */
  readonly requests: readonly string[];
  /** The ranges that were asked for, in the same order; `undefined` where the whole file was. */
  readonly ranges: readonly (string | undefined)[];
  /** Bytes of files that were sent. */
  readonly bytesServed: () => number;
  close(): Promise<void>;
}

/** Starts a mirror that answers as told. */
export async function startMirror(answer: Answer): Promise<Mirror> {
  const requests: string[] = [];
  const ranges: (string | undefined)[] = [];
  let bytes = 0;
  const server = http.createServer((request, response) => {
    const name = request.url!.slice('/mnist/'.length);
    requests.push(name);
    ranges.push(request.headers.range);
    for (const method of ['write', 'end'] as const) {
      const send = response[method].bind(response) as (...all: unknown[]) => unknown;
      Object.assign(response, {
        [method]: (piece: unknown, ...rest: unknown[]) => {
          if (piece instanceof Uint8Array) bytes += piece.length;
          return send(piece, ...rest);
        },
      });
    }
    answer(name, response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/mnist/`,
    requests,
    ranges,
    bytesServed: () => bytes,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}

/** An answer that serves files by name, whole, whatever range is asked for. */
export function serving(files: ReadonlyMap<string, Uint8Array>): Answer {
  return (name, response) => {
    const bytes = files.get(name);
    if (bytes === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
  };
}

/** An answer that serves files by name, or their rest, as a server with ranges does. */
export function servingRanges(files: ReadonlyMap<string, Uint8Array>, etag = '"1"'): Answer {
  return (name, response, request) => {
    const bytes = files.get(name);
    const { range, 'if-range': condition = etag } = request.headers;
    if (bytes === undefined) {
      response.writeHead(404).end();
    } else if (range === undefined || condition !== etag) {
      response.writeHead(200, { etag, 'content-length': bytes.length }).end(bytes);
    } else {
      const start = Number(/^bytes=(\d+)-$/.exec(range)![1]);
      if (start >= bytes.length) {
        response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
        return;
      }
      const rest = bytes.subarray(start);
      const where = `bytes ${start}-${bytes.length - 1}/${bytes.length}`;
      response
        .writeHead(206, { etag, 'content-length': rest.length, 'content-range': where })
        .end(rest);
    }
  };
}

/**
 * Sends the first bytes of a file, announcing all of them, and hangs up once they are read.
 * @param received - how many bytes the client has read.
 */
export function cuttingAfter(
  files: ReadonlyMap<string, Uint8Array>,
  count: number,
  received: () => number,
): Answer {
  return (name, response) => {
    const bytes = files.get(name)!;
    response.writeHead(200, { etag: '"1"', 'content-length': bytes.length });
    response.write(bytes.subarray(0, count));
    const hangUp = (): void => {
      // A client loses what it has not read by then.
      if (received() < count) setTimeout(hangUp, 5);
      else response.destroy();
    };
    hangUp();
  };
}
