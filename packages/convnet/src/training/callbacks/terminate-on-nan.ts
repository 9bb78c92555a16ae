/** Ends training at the first number that is not finite, and says where it came from. */
import { ConvnetError } from '@convnet/tensor';
import type { Callback, NonFinite, Training } from '../callbacks.ts';

/** Training met a number that is not finite. */
export class NonFiniteError extends ConvnetError {
  override readonly name = 'NonFiniteError';
  override readonly code = 'not-finite';
  /** Where it was found first; `undefined` if only the loss is not finite. */
  readonly found: NonFinite | undefined;

  constructor(message: string, found: NonFinite | undefined) {
    super(message);
    this.found = found;
  }
}

/**
 * Ends training with a {@link NonFiniteError} as soon as the loss or a gradient is not finite. The
 * step is not made: the weights stay those of the step before.
 *
 * Keras ends training quietly; here `fit` rejects, so that no program goes on with such a network
 * unawares.
 */
export class TerminateOnNaN implements Callback {
  readonly watchesGradients = true;
  #training: Training | undefined;

  onTrainBegin(training: Training): void {
    this.#training = training;
  }

  onBatchEnd(batch: number): void {
    const training = this.#training!;
    if (!training.isDiverged) return;
    const found = training.findNonFinite();
    const where = found
      ? `${placeOf(found)} is ${found.value}`
      : 'the loss is not finite, though all that the layers compute is';
    throw new NonFiniteError(
      `epoch ${training.position.epoch + 1}, batch ${batch + 1}: ${where}. The weights are those of the step before. ${hintFor(found)}`,
      found,
    );
  }
}

const placeOf = ({ layer, tensor }: NonFinite): string =>
  tensor === 'loss' ? 'the loss of a sample' : `the ${tensor} of layer "${layer}"`;

function hintFor(found: NonFinite | undefined): string {
  const tensor = found?.tensor ?? '';
  if (tensor === 'weight' || tensor === 'bias') {
    return 'They were so before this step: check where they were loaded or set.';
  }
  if (tensor === 'output') {
    return 'Check the inputs for numbers that are not finite; else lower the learning rate.';
  }
  if (tensor === 'loss') {
    return 'Check sampleWeight and classWeight for large factors; else lower the learning rate.';
  }
  if (tensor.startsWith('penal')) {
    return 'Check the factor of the regularizer; else lower the learning rate.';
  }
  return 'Lower the learning rate, or clip gradients by globalClipNorm.';
}

/**
 * A callback that ends training at the first number that is not finite.
 */
export function terminateOnNaN(): TerminateOnNaN {
  return new TerminateOnNaN();
}
