/** The option `activation` of layers: what names it may have. */
import { choiceOption } from '@convnet/tensor/inference';

const NAMES = [
  'elu',
  'gelu',
  'hardSwish',
  'leakyRelu',
  'relu',
  'sigmoid',
  'silu',
  'softmax',
  'tanh',
  'linear',
] as const;

/** `linear` leaves everything as it is. */
export type ActivationName = (typeof NAMES)[number];

/**
 * The name of an activation; null for `linear`, and without a name.
 * @param where - the layer's type, for the message.
 * @throws OptionError if there is none of that name.
 */
export function activationOption(
  name: unknown,
  where: string,
): Exclude<ActivationName, 'linear'> | null {
  const choice = name === undefined ? 'linear' : choiceOption(name, NAMES, `${where} activation`);
  return choice === 'linear' ? null : choice;
}
