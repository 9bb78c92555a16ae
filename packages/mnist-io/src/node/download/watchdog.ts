/**
 * Gives up on a server that does not answer, falls silent, or sends so slowly that it is as good
 * as dead.
 */

/** How long a download waits. */
export interface Patience {
  /** Longest wait for the connection and the first answer, in milliseconds. */
  readonly connectMs: number;
  /** Longest wait for the next piece of the file, in milliseconds. */
  readonly silenceMs: number;
}

/** Slower than this on average, a server is as good as dead. */
const MIN_BYTES_PER_SECOND = 4096;

/**
 * A wait is counted in this many parts. However long this process itself was held up, that is one
 * part: what arrived meanwhile is read before the next.
 */
const PARTS_OF_WAIT = 10;

/** Watches over one request. */
export class Watchdog {
  /** Ends the request, with the reason. */
  readonly signal: AbortSignal;
  readonly #ending = new AbortController();
  readonly #silenceMs: number;
  readonly #startedAt = performance.now();
  #received = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor({ connectMs, silenceMs }: Patience, signal: AbortSignal | undefined) {
    this.#silenceMs = silenceMs;
    this.signal = signal ? AbortSignal.any([this.#ending.signal, signal]) : this.#ending.signal;
    this.#wait(connectMs);
  }

  /**
   * Takes every piece that arrives.
   * @throws Error if they arrive too slowly and were not the last.
   */
  heard(bytes: number, isLast: boolean): void {
    this.#wait(this.#silenceMs);
    this.#received += bytes;
    const seconds = (performance.now() - this.#startedAt - this.#silenceMs) / 1000;
    if (!isLast && this.#received < seconds * MIN_BYTES_PER_SECOND) {
      throw new Error(`fewer than ${MIN_BYTES_PER_SECOND} bytes per second`);
    }
  }

  /** Ends the watch, and hangs up on a server that still has something to say. */
  end(): void {
    clearInterval(this.#timer);
    this.#ending.abort();
  }

  #wait(milliseconds: number): void {
    clearInterval(this.#timer);
    let parts = 0;
    this.#timer = setInterval(() => {
      if (++parts < PARTS_OF_WAIT) return;
      clearInterval(this.#timer);
      this.#ending.abort(new Error(`no answer within ${milliseconds / 1000} s`));
    }, milliseconds / PARTS_OF_WAIT);
  }
}
