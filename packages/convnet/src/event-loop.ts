/** Keeps long computations from freezing a page or a server. */

/** Longest time in milliseconds that computation keeps the event loop waiting. */
const LONGEST_TURN = 50;

/** Where there is `setImmediate`, it does not wait for a millisecond to pass. */
const afterOthers = (resume: () => void): unknown =>
  (globalThis as { setImmediate?: (resume: () => void) => unknown }).setImmediate?.(resume) ??
  setTimeout(resume, 0);

/** Gives way to timers, input and requests once the current turn has become long. */
export class EventLoopTurn {
  #began = performance.now();

  /** Whether {@link EventLoopTurn.pause} is due. */
  get isOver(): boolean {
    return performance.now() - this.#began > LONGEST_TURN;
  }

  /** Lets everything that waits run once. */
  async pause(): Promise<void> {
    await new Promise<void>((resolve) => {
      afterOthers(resolve);
    });
    this.#began = performance.now();
  }
}
