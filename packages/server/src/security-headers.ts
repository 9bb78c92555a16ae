/**
 * Headers that keep the page to itself: scripts, styles and connections from this server only,
 * nothing inline, no frames. There is no CORS, so pages elsewhere cannot use the server.
 */
import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** Sets the headers on every answer. */
export function securityHeaders(): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        connectSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    // Whether the host is to be reached by HTTPS only is up to the provider of HTTPS.
    strictTransportSecurity: false,
  });
}
