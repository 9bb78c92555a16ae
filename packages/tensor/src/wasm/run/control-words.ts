/** The words by which the calling thread and its helpers agree, by their offset in bytes. */

/** Bytes between words, so that threads do not disturb each other's cache lines. */
const LINE = 64;
/** Raised for each run; what sleeping threads watch. */
export const GENERATION = 0 * LINE;
/** Tasks that were done, raised by each thread at the end of each step. */
export const DONE = 1 * LINE;
/** One bit for each helper that has started. */
export const READY = 2 * LINE;
/** One bit for each helper that is awake, waiting for the next run. */
export const AWAKE = 3 * LINE;
/** How often a helper has joined a run. */
export const JOINED = 4 * LINE;
/** Not 0 once a helper could not do its part of a run. */
export const FAILED = 5 * LINE;
/**
 * Of a run of even generation: bits of the helpers in it, DONE before it, the number of the step before
 * it, the module's address, length and number. Those of odd generations follow a line later, so that
 * they are written before the generation is raised. A helper that finds the same generation after it
 * has read them, and the module, has read them whole.
 */
export const RUN = 6 * LINE;
/** Bytes from one run's words to the next one's. */
export const RUN_BYTES = LINE;

/**
 * The tasks of each thread, as an i64: the number of a step, and below it the next task that nobody has
 * taken. See `program.ts`.
 */
export const QUEUES = 8 * LINE;
/** Bytes from one thread's to the next one's. */
export const QUEUE_BYTES = LINE;

/** Bytes of all control words. */
export const controlBytes = (threads: number): number => QUEUES + threads * QUEUE_BYTES;
