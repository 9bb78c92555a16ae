/**
 * Streams, such as of batches: what comes one after the other, from a list, a generator or a service, and
 * perhaps later. The next is read while the one before is computed.
 */
import { functionOption, isTensor, OptionError, shown } from '@convnet/tensor';
import { isLater, isSampleSource } from './samples.ts';
import { unlessAborted } from './unless-aborted.ts';

/**
 * What can be walked through by `for await`, or a function that makes it: anew for each epoch, whose number
 * it is given. The signal aborts once nobody waits for more.
 */
export type Stream<T> =
  | Iterable<T>
  | AsyncIterable<T>
  | ((epoch: number, signal: AbortSignal) => Iterable<T> | AsyncIterable<T>);

/** Whether a value is a stream, and neither samples nor numbers. */
export function isStream(value: unknown): value is Stream<never> {
  if (typeof value === 'function') return true;
  if (typeof value !== 'object' || value === null) return false;
  if (ArrayBuffer.isView(value) || isTensor(value) || isSampleSource(value)) return false;
  return Symbol.iterator in value || Symbol.asyncIterator in value;
}

type Result<T> = IteratorResult<T, unknown>;
type AnyIterator<T> = Iterator<T, unknown> | AsyncIterator<T, unknown>;

/** See the top of this file. */
export class StreamReader<T> {
  readonly #stream: Stream<T>;
  readonly #where: string;
  readonly #signal: AbortSignal | undefined;
  #iterator: AnyIterator<T> | undefined;
  #unwanted: AbortController | undefined;
  /** The next one, if it was asked for. */
  #ahead: Result<T> | Promise<Result<T>> | undefined;
  #isWaitedFor = false;
  #isDone = false;
  /** Whether the stream gives promises; known once it was asked. */
  isLater = false;
  /** Whether the stream can be walked through only once, as what a generator function gives. */
  isOnce = false;

  /** @param signal - ends waiting. */
  constructor(stream: Stream<T>, where: string, signal?: AbortSignal) {
    this.#stream = stream;
    this.#where = where;
    this.#signal = signal;
  }

  /**
   * Begins anew, or goes on where that is impossible.
   * @throws OptionError if the function that makes the stream gives none.
   */
  async open(epoch: number): Promise<void> {
    if (this.isOnce && this.#iterator) return;
    await this.close();
    const unwanted = new AbortController();
    const stream = this.#stream;
    const isMade = typeof stream === 'function';
    const given: unknown = isMade
      ? functionOption(stream, this.#where)(epoch, unwanted.signal)
      : stream;
    const iterator = iteratorOf<T>(given, this.#where);
    this.isOnce = !isMade && (iterator as unknown) === given;
    this.#iterator = iterator;
    this.#unwanted = unwanted;
    this.#isDone = false;
  }

  /** Asks for the next one, unless that was done. */
  readAhead(): void {
    if (this.#ahead || this.#isDone) return;
    try {
      const result = this.#iterator!.next();
      this.#ahead = result;
      if (!isLater(result)) return;
      this.isLater = this.#isWaitedFor = true;
      const settled = (isDone: boolean): void => {
        this.#isWaitedFor = false;
        this.#isDone ||= isDone;
      };
      result.then(
        () => {
          settled(false);
        },
        () => {
          settled(true);
        },
      );
    } catch (error) {
      // What came before must end first.
      this.#isDone = true;
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what the stream throws
      this.#ahead = Promise.reject(error);
      this.#ahead.catch(() => undefined);
    }
  }

  /**
   * The next one, or the end.
   * @throws what the stream throws, and the signal's reason; as rejections, too.
   */
  next(): Result<T> | Promise<Result<T>> {
    this.readAhead();
    const ahead = this.#ahead ?? { done: true, value: undefined };
    this.#ahead = undefined;
    if (!isLater(ahead)) return this.#taken(ahead);
    return unlessAborted(ahead, this.#signal).then((result) => this.#taken(result));
  }

  /** Whether there is one more; an error counts as one, and is met when that is asked for. */
  hasMore(): boolean | Promise<boolean> {
    this.readAhead();
    const ahead = this.#ahead;
    if (!ahead) return false;
    if (!isLater(ahead)) return !ahead.done;
    return unlessAborted(ahead, this.#signal).then(
      ({ done }) => !done,
      () => true,
    );
  }

  #taken(result: Result<T>): Result<T> {
    if (Object(result) !== result) {
      throw new OptionError(
        `${this.#where}: expected results { done, value } of next(); received ${shown(result)}. Generator functions give them.`,
      );
    }
    this.#isDone = result.done === true;
    return result;
  }

  /** Ends the stream, so that a generator's `finally` runs, unless it has ended. */
  async close(): Promise<void> {
    const iterator = this.#iterator;
    this.#iterator = undefined;
    this.#ahead = undefined;
    this.#unwanted?.abort();
    if (!iterator || this.#isDone) return;
    this.#isDone = true;
    const ending = iterator.return?.();
    if (!isLater(ending)) return;
    // A generator ends when it has what it waits for, which may be never.
    if (this.#isWaitedFor) ending.catch(() => undefined);
    else await ending;
  }
}

/** @throws OptionError if `given` cannot be walked through. */
function iteratorOf<T>(given: unknown, where: string): AnyIterator<T> {
  if (typeof given !== 'object' || !isStream(given)) {
    throw new OptionError(
      `${where}: expected a list, a generator, or a function that makes one; received ${shown(given)}.`,
    );
  }
  const iterable = given as Iterable<T> | AsyncIterable<T>;
  const iterator =
    Symbol.asyncIterator in iterable
      ? iterable[Symbol.asyncIterator]()
      : iterable[Symbol.iterator]();
  const { next } = Object(iterator) as { readonly next: unknown };
  functionOption(next, `${where} next`);
  return iterator;
}
