/**
 * Exit codes of the programs, after sysexits.h, so that scripts can tell what went wrong. Which of
 * them a program uses, and for what, is the table in its README.
 */
export const EXIT_CODES = {
  ok: 0,
  /** A defect of a command. */
  unexpected: 1,
  /** A result is not as good as was demanded. */
  gateFailed: 1,
  usage: 2,
  badData: 65,
  notFound: 66,
  unavailable: 69,
  diverged: 70,
  /** A defect of a server. */
  internal: 70,
  cannotCreate: 73,
  io: 74,
  /** The terminal was closed. */
  hungUp: 129,
  interrupted: 130,
  closedOutput: 141,
  terminated: 143,
} as const;

/** Name of one of {@link EXIT_CODES}. */
export type ExitCodeName = keyof typeof EXIT_CODES;

/** One of {@link EXIT_CODES}. */
export type ExitCode = (typeof EXIT_CODES)[ExitCodeName];
