/**
 * Work that is asked for faster than it can be done: one run at a time, each at the state of its
 * start, and however often it was asked for meanwhile, one more at the end.
 */

/** Time between a failed run and the next, in milliseconds. */
const RETRY_AFTER = 2000;

/** What to run, and whom to tell how it stands. */
export interface Work {
  readonly run: () => Promise<void>;
  /** Whether there is work that is not done. */
  readonly onBusy: (isBusy: boolean) => void;
  /** A run failed and will be repeated; or, with `undefined`, went well. */
  readonly onProblem: (error: unknown) => void;
}

/** Gives the function that asks for a run. */
export function newestFirst({ run, onBusy, onProblem }: Work): () => void {
  let isWanted = false;
  let isRunning = false;

  const work = async (): Promise<void> => {
    isRunning = true;
    onBusy(true);
    while (isWanted) {
      isWanted = false;
      try {
        await run();
        onProblem(undefined);
      } catch (error) {
        onProblem(error);
        isWanted = true;
        await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER));
      }
    }
    isRunning = false;
    onBusy(false);
  };
  return () => {
    isWanted = true;
    if (!isRunning) void work();
  };
}
