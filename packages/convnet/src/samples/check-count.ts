/** Counts that callers give. */

/** An option of `fit` or `evaluate` that cannot be. */
export class FitOptionError extends RangeError {
  override readonly name = 'FitOptionError';
}

/** @throws FitOptionError unless `value` is a whole number of at least 1. */
export function checkCount(value: number, where: string): void {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new FitOptionError(`${where}: expected a whole number of at least 1; received ${value}.`);
  }
}
