/** Routes that answer one method, and every other with 405. */
import type { IRouter, RequestHandler } from 'express';
import { RequestError } from './request-error.ts';

const ALLOWED = { get: 'GET, HEAD', post: 'POST' };

/** Answers `method` at `path` with `handlers`; other methods get 405 and `Allow`. */
export function onlyMethod(
  router: IRouter,
  method: 'get' | 'post',
  path: string,
  ...handlers: RequestHandler[]
): void {
  const route = router.route(path);
  route[method](...handlers);
  route.all((request, response) => {
    response.set('Allow', ALLOWED[method]);
    throw new RequestError(
      405,
      `method: expected ${ALLOWED[method]} for this path; received ${request.method}.`,
    );
  });
}
