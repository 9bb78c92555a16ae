/** Bytes that are not the model file they should be; the message says what is wrong where. */
export class ModelFileError extends Error {
  override readonly name = 'ModelFileError';
}
