/** Waiting that a signal ends. */

/**
 * What `promise` is fulfilled with.
 * @throws what it is rejected with, or the signal's reason as soon as that aborts.
 */
export async function unlessAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  signal?.throwIfAborted();
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => {
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what the caller aborts with
      reject(signal!.reason);
    };
    signal?.addEventListener('abort', stop);
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal?.removeEventListener('abort', stop!);
  }
}
