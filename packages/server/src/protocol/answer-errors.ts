/**
 * Turns whatever went wrong into `{"error": "one sentence"}` and a status. Errors of this server
 * itself are logged in full and answered in general terms: a stack trace is nobody's business.
 */
import type { ErrorRequestHandler } from 'express';
import { MAX_BODY_BYTES } from './limits.ts';
import { RequestError } from './request-error.ts';

/** Errors of Express and its body parser. */
interface HttpError {
  readonly status: number;
  readonly type?: string;
  readonly message: string;
}

function isClientError(error: unknown): error is HttpError {
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  return typeof status === 'number' && status >= 400 && status < 500;
}

function toRequestError(error: unknown): RequestError | undefined {
  if (error instanceof RequestError) return error;
  if (!isClientError(error)) return undefined;
  if (error.type === 'entity.parse.failed') {
    return new RequestError(400, `body: expected JSON; ${error.message}.`);
  }
  if (error.type === 'entity.too.large') {
    return new RequestError(
      413,
      `body: expected at most ${MAX_BODY_BYTES} bytes; received more. Send fewer samples per request.`,
    );
  }
  return new RequestError(error.status, `request: ${error.message}.`);
}

/** Express's last handler. */
export const answerErrors: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (response.headersSent) {
    next(error); // Express can only cut the connection.
    return;
  }
  const known = toRequestError(error);
  if (!known) console.error(error);
  const { status, message } =
    known ??
    new RequestError(500, 'The server failed on this request; its log says why. Try again.');
  response.status(status).json({ error: message });
};
