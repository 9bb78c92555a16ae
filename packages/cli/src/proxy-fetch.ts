/**
 * Downloads through a proxy, as `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` say, in either case.
 * The `fetch` of Node itself heeds these from version 24 on, and only if told to.
 */
import type { Fetch } from '@convnet/mnist-io/node';

const VARIABLES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'];

/** A `fetch` that goes through the proxy; `undefined` where none is set. */
export async function proxyFetch(): Promise<Fetch | undefined> {
  if (!VARIABLES.some((name) => process.env[name])) return undefined;
  // Loaded here alone: few machines need it, and it takes a tenth of a second.
  const { EnvHttpProxyAgent, fetch } = await import('undici');
  const dispatcher = new EnvHttpProxyAgent();
  return (url, request) => fetch(url, { ...request, dispatcher });
}
