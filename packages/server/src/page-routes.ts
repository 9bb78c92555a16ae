/** The page on which one draws digits, from its build output. */
import express, { Router } from 'express';
import { PAGE_FOLDER } from './package-files.ts';
import { onlyMethod } from './protocol/only-method.ts';
import { RequestError } from './protocol/request-error.ts';

/** Advice for where the page is missing. */
export const BUILD_PAGE_ADVICE =
  'Build it with "npx nx run server:page", then reload; the protocol below /v2 works without it.';

/** Routes of the page, to be mounted at the root or below a prefix. */
export function pageRoutes(folder: string = PAGE_FOLDER): Router {
  const router = Router();
  router.use(express.static(folder, { redirect: false }));
  onlyMethod(router, 'get', '/', ({ originalUrl }, response) => {
    // Below a prefix, the page's own addresses begin behind its slash.
    const [path = ''] = originalUrl.split('?', 1);
    if (!path.endsWith('/')) {
      response.redirect(308, `${path}/${originalUrl.slice(path.length)}`);
      return;
    }
    throw new RequestError(503, `The page has not been built. ${BUILD_PAGE_ADVICE}`);
  });
  return router;
}
