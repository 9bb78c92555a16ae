/** An activation chosen by its name, such as one that comes from a configuration. */
import type { Tensor } from '@convnet/tensor';
import { ActivatedLayer } from './activated-layer.ts';
import type { ActivationName } from './activation-names.ts';
import type { Signal } from './layer.ts';

/** Options of {@link activation}. */
export interface ActivationOptions {
  readonly activation: ActivationName;
  readonly name?: string;
}

/** The layer that {@link activation} makes. */
export class Activation extends ActivatedLayer {
  override readonly type = 'activation';
  override readonly namePrefix = 'activation';

  constructor(options: ActivationOptions) {
    super(options.name, options.activation, 'activation');
  }

  protected override connectLinear(input: Signal): Signal {
    return input;
  }

  protected override forwardLinear(input: Tensor): Tensor {
    return input;
  }

  protected override backwardLinear(dOutput: Tensor): Tensor {
    return dOutput;
  }

  protected override optionsBeside(): Record<string, unknown> {
    return { activation: 'linear' };
  }
}

/**
 * A layer for the activation of that name, with its defaults.
 *
 * @throws LayerOptionError if there is none.
 * @example
 * ```ts
 * activation({ activation: 'gelu' }); // as gelu()
 * ```
 */
export function activation(options: ActivationOptions): Activation {
  return new Activation(options);
}
