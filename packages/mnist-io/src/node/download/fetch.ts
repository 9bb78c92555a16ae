/**
 * The part of the platform's `fetch` that downloads use, so that another one, such as one that
 * goes through a proxy, can take its place.
 */

/** The request of a download. */
export interface FetchRequest {
  readonly headers: Record<string, string>;
  readonly signal: AbortSignal;
  /** Redirects are followed by the download itself, which can then say where they went. */
  readonly redirect: 'manual';
}

/** The parts of a response that a download reads. */
export interface FetchAnswer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: {
    getReader(): {
      read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
    };
    cancel(): Promise<void>;
  } | null;
}

/** The `fetch` of the platform, or one that works alike. */
export type Fetch = (url: string, request: FetchRequest) => Promise<FetchAnswer>;

/** Most redirects followed for one file. */
const MAX_REDIRECTS = 10;

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * The answer at the end of all redirects.
 *
 * @throws Error naming the addresses if redirects go in a circle, are too many, or lead away from
 * HTTP; the error of `fetch` otherwise.
 */
export async function fetchFollowing(
  fetch: Fetch,
  url: string,
  request: Omit<FetchRequest, 'redirect'>,
): Promise<FetchAnswer> {
  const visited = [url];
  for (;;) {
    const current = visited.at(-1)!;
    const answer = await fetch(current, { ...request, redirect: 'manual' });
    const location = answer.headers.get('location');
    if (!REDIRECTS.has(answer.status) || location === null) return answer;
    // Frees the connection; a body that is then cut short is expected.
    await answer.body?.cancel().catch(() => undefined);
    if (!URL.canParse(location, current)) throw new Error(`redirect to "${location}", no address`);
    const next = new URL(location, current);
    if (!['http:', 'https:'].includes(next.protocol)) {
      throw new Error(`redirect to ${next.protocol}, which is not HTTP`);
    }
    if (visited.includes(next.href)) {
      throw new Error(`redirect loop: back to ${next.href} after ${visited.length} redirects`);
    }
    visited.push(next.href);
    if (visited.length > MAX_REDIRECTS + 1) {
      throw new Error(`more than ${MAX_REDIRECTS} redirects, the last one to ${next.href}`);
    }
  }
}
