import { ConvnetError } from '@convnet/tensor/inference';

/** Bytes that are not the model file they should be; the message says what is wrong where. */
export class ModelFileError extends ConvnetError {
  override readonly name = 'ModelFileError';
  override readonly code = 'bad-data';
}
