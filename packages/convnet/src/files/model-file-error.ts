import { ConvnetError } from '@convnet/tensor';

/** Most characters of a message: what a file says may be part of it, and is of any length. */
const LONGEST = 1000;

/** Bytes that are not the model file they should be; the message says what is wrong where. */
export class ModelFileError extends ConvnetError {
  override readonly name = 'ModelFileError';
  override readonly code = 'bad-data';

  constructor(message: string, options?: ErrorOptions) {
    super(message.length <= LONGEST ? message : `${message.slice(0, LONGEST - 1)}…`, options);
  }
}
