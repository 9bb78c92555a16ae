/**
 * The errors that the packages throw. A message says where, what was expected, what was received
 * and what to do: `dense units: expected a whole number of at least 1; received 0.`
 */

import { printable } from './printable.ts';

/**
 * The kind of an error, for programs that answer each kind in their own way.
 *
 * - `bad-option`: an invalid argument or option.
 * - `bad-shape`: tensors or layers that do not fit together.
 * - `bad-data`: samples, targets or the content of a file.
 * - `bad-state`: a call that comes too early, too late or twice.
 * - `not-found`: a file or folder is missing.
 * - `cannot-create`: an output cannot be made where it should be.
 * - `cannot-write`: writing a file failed.
 * - `unavailable`: a download that no server delivers.
 * - `unsupported`: this machine, or a file format, cannot do it.
 * - `not-finite`: training met a number that is NaN or infinite.
 * - `thread-failed`: a thread that shares the work died.
 * - `refused`: a request, or a command, that a program does not carry out.
 */
export type ErrorCode = (typeof CODES)[number];

const CODES = [
  'bad-option',
  'bad-shape',
  'bad-data',
  'bad-state',
  'not-found',
  'cannot-create',
  'cannot-write',
  'unavailable',
  'unsupported',
  'not-finite',
  'thread-failed',
  'refused',
] as const;

/** Most characters of a message: what it quotes may be as long as a file. */
const LONGEST = 1000;

/** Base of all errors that the packages throw on purpose; see the top of this file. */
export abstract class ConvnetError extends Error {
  abstract readonly code: ErrorCode;

  /** @param message - may hold names from files: what is not {@link printable} is spelled out. */
  constructor(message = '', options?: ErrorOptions) {
    const text = printable(message.slice(0, LONGEST + 1));
    super(text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text, options);
  }
}

/**
 * Whether `error` is an error of the packages: of this copy of them, or of another one, such as those that
 * `require` and `import` load beside each other, of which `instanceof` knows nothing.
 * @example
 * ```ts
 * if (isConvnetError(error) && error.code === 'not-found') console.error(error.message);
 * ```
 */
export function isConvnetError(error: unknown): error is ConvnetError {
  if (Object.prototype.toString.call(error) !== '[object Error]') return false;
  const { code } = error as { readonly code?: unknown };
  return CODES.some((known) => known === code);
}

/**
 * Whether `error` is an error of the packages that has this name, of whatever copy of them.
 * @example
 * ```ts
 * if (isErrorNamed<ModelFileError>(error, 'ModelFileError')) console.error(error.message);
 * ```
 */
export function isErrorNamed<T extends ConvnetError>(error: unknown, name: T['name']): error is T {
  return isConvnetError(error) && error.name === name;
}

/** An invalid argument or option. */
export class OptionError extends ConvnetError {
  override readonly name = 'OptionError';
  override readonly code = 'bad-option';
}

/** Shapes that do not fit together. */
export class ShapeError extends ConvnetError {
  override readonly name = 'ShapeError';
  override readonly code = 'bad-shape';
}

/** A call that comes too early, too late or twice. */
export class StateError extends ConvnetError {
  override readonly name = 'StateError';
  override readonly code = 'bad-state';
}

/** A thread that shares the work could not do its part; the results are incomplete. */
export class HelperThreadError extends ConvnetError {
  override readonly name = 'HelperThreadError';
  override readonly code = 'thread-failed';

  constructor() {
    super(
      'A thread that shares the work failed, most likely because memory ran out: results of this run ' +
        'are incomplete. Create the kernels anew; with { threads: 1 } no other thread is needed.',
    );
  }
}
