/**
 * Options of a conversion that do not fit together or to the data. Messages put names of options
 * in backquotes, so that a program can show them as its own, such as `--split` for `split`.
 */
export class ConversionOptionError extends RangeError {
  override readonly name = 'ConversionOptionError';
}
