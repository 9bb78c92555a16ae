/**
 * Errors about data. By its `code` a program tells the causes apart without knowing each
 * class: the data is bad, missing or not available, or its output cannot be created.
 */
import { ConvnetError, isConvnetError } from '@convnet/tensor';

/** Base of all errors about data. */
export abstract class DataError extends ConvnetError {
  abstract override readonly code: 'bad-data' | 'not-found' | 'unavailable' | 'cannot-create';
}

/** Bytes that are not the IDX file they should be. */
export class IdxFormatError extends DataError {
  override readonly name = 'IdxFormatError';
  override readonly code = 'bad-data';
}

/** Gzip data that is corrupt, cut short, or larger than allowed once decompressed. */
export class GzipError extends DataError {
  override readonly name = 'GzipError';
  override readonly code = 'bad-data';
}

/** Bytes that are not the NumPy array they should be, or of a kind that is not supported. */
export class NpyFormatError extends DataError {
  override readonly name = 'NpyFormatError';
  override readonly code = 'bad-data';
}

/** Images, labels and class names that do not belong together. */
export class DatasetError extends DataError {
  override readonly name = 'DatasetError';
  override readonly code = 'bad-data';
}

/** A picture that no digit can be taken from. */
export class ImageError extends DataError {
  override readonly name = 'ImageError';
  override readonly code = 'bad-data';
}

/** A file or folder that should be there and is not. */
export class MissingDataError extends DataError {
  override readonly name = 'MissingDataError';
  override readonly code = 'not-found';
}

/** A place that cannot be written to, or that something is in already. */
export class OutputError extends DataError {
  override readonly name = 'OutputError';
  override readonly code = 'cannot-create';
}

/** A download that no mirror could deliver, or that could not be stored. */
export class DownloadError extends DataError {
  override readonly name = 'DownloadError';
  override readonly code = 'unavailable';
  /** The obstacles, in a few words each; the message has more. */
  readonly reasons: readonly string[];

  constructor(message: string, reasons: readonly string[], options?: ErrorOptions) {
    super(message, options);
    // Mirrors may be many, and each has its reason: all of them are told.
    this.message = message;
    this.reasons = reasons;
  }
}

const NAMES = [
  ...['IdxFormatError', 'GzipError', 'NpyFormatError', 'DatasetError', 'ImageError'],
  ...['MissingDataError', 'OutputError', 'DownloadError'],
];

/** Whether `error` is one of these: of this copy of the package, or of another one. */
export function isDataError(error: unknown): error is DataError {
  return isConvnetError(error) && NAMES.includes(error.name);
}
