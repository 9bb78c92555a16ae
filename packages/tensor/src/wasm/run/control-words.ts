/** The words by which the calling thread and its helpers agree, by their offset in bytes. */

/** Bytes between words, so that threads do not disturb each other's cache lines. */
const LINE = 64;
/** Raised for each run; what sleeping threads watch. */
export const GENERATION = 0 * LINE;
/** Raised by each thread at the end of each step. */
export const ARRIVED = 1 * LINE;
/** One bit for each helper that has started. */
export const READY = 2 * LINE;
/** One bit for each helper that is awake, waiting for the next run. */
export const AWAKE = 3 * LINE;
/** Not 0 once a helper could not do its part of a run, which then never ends. */
export const FAILED = 4 * LINE;
/**
 * Of a run of even generation: bits of the helpers in it, ARRIVED before it, the module's address,
 * length and number. Those of odd generations follow a line later, so that they are written before the
 * generation is raised. A helper that finds the same generation after it has read them has read
 * them whole: a run that it is part of does not end without it.
 */
export const RUN = 5 * LINE;
/** Bytes from one run's words to the next one's. */
export const RUN_BYTES = LINE;

/** Bytes of all control words. */
export const CONTROL_BYTES = 7 * LINE;
