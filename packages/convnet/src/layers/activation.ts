/** An activation chosen by its name, such as one that comes from a configuration. */
import type { Tensor } from '@convnet/tensor/inference';
import { activationOption, type ActivationName } from './activation-option.ts';
import { Layer } from './layer.ts';
import type { Signal } from './signal.ts';
import { layerOf } from './options.ts';

/** Options of `layers.activation`. */
export interface ActivationOptions {
  readonly activation: ActivationName;
  readonly name?: string;
}

/** The layer that `layers.activation` makes: it does nothing itself, and ends with the activation. */
export class Activation extends Layer {
  override readonly type = 'activation';
  override readonly namePrefix = 'activation';

  constructor(options: ActivationOptions) {
    super(options.name, activationOption(options.activation, 'activation'));
  }

  override forward([input]: readonly [Tensor]): Tensor {
    return input;
  }

  override backward(dOutput: Tensor): readonly [Tensor] {
    return [dOutput];
  }

  protected override connect([input]: readonly [Signal]): Signal {
    return input;
  }

  protected override options(): Record<string, unknown> {
    return { activation: 'linear' };
  }
}

/**
 * A layer for the activation of that name, with its defaults.
 *
 * @throws OptionError if there is none.
 * @example
 * ```ts
 * layers.activation({ activation: 'gelu' }); // as gelu()
 * ```
 */
export function activation(options: ActivationOptions): Activation {
  return layerOf(options, () => new Activation(options));
}
