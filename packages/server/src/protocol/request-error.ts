/** A request that cannot be answered, with the HTTP status that tells why. */
import { ConvnetError } from '@convnet/convnet';

export class RequestError extends ConvnetError {
  override readonly name = 'RequestError';
  override readonly code = 'refused';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
