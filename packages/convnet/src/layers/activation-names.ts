/** Activations by name, as the option `activation` of layers takes them: each with its defaults. */
import { choiceOption } from '@convnet/tensor';
import { elu } from './elu.ts';
import { gelu } from './gelu.ts';
import type { Layer } from './layer.ts';
import { hardSwish } from './hard-swish.ts';
import { leakyRelu } from './leaky-relu.ts';
import { relu } from './relu.ts';
import { sigmoid } from './sigmoid.ts';
import { silu } from './silu.ts';
import { softmax } from './softmax.ts';
import { tanh } from './tanh.ts';

/** The activations of this library. They are layers, too, and so part of the registry. */
export const activations = { elu, gelu, hardSwish, leakyRelu, relu, sigmoid, silu, softmax, tanh };

/** `linear` leaves everything as it is. */
export type ActivationName = keyof typeof activations | 'linear';

/**
 * A new layer for the activation of that name; null for `linear`, and without a name.
 * @param where - the option, for the message.
 * @throws OptionError if there is none.
 */
export function activationNamed(name: unknown, where: string): Layer | null {
  if (name === undefined) return null;
  const choices = [...Object.keys(activations), 'linear'] as ActivationName[];
  const choice = choiceOption(name, choices, where);
  return choice === 'linear' ? null : activations[choice]();
}
