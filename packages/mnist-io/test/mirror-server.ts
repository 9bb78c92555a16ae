/**
 * Mirrors for download tests: HTTP servers of this process, on the loopback address.
 */
import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers a request for the file of the given name. */
export type Answer = (name: string, response: http.ServerResponse) => void;

/** A running mirror. */
export interface Mirror {
  /** Base address, as the download expects it. */
  readonly url: string;
  /** Names of the files that were asked for. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** Starts a mirror that answers as told. */
export async function startMirror(answer: Answer): Promise<Mirror> {
  const requests: string[] = [];
  const server = http.createServer((request, response) => {
    const name = request.url!.slice('/mnist/'.length);
    requests.push(name);
    answer(name, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/mnist/`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}

/** An answer that serves files by name. */
export function serving(files: ReadonlyMap<string, Uint8Array>): Answer {
  return (name, response) => {
    const bytes = files.get(name);
    if (bytes === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
  };
}
