/**
 * Answers bytes that are no HTTP request, or come too slowly for one, in the same form as every
 * other error. Express never sees these.
 */
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

const ANSWERS: Readonly<Record<string, readonly [status: number, message: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [
    408,
    'request: expected all of it in good time; received a part. Send it faster.',
  ],
  HPE_HEADER_OVERFLOW: [431, 'headers: expected at most 16 KiB; received more.'],
};

/** Listener for the server's `clientError`. */
export function answerUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const [status, message] = ANSWERS[error.code ?? ''] ?? [
    400,
    'request: expected HTTP/1.1; received something else.',
  ];
  const body = JSON.stringify({ error: message });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
