/** How the weights of a layer begin, as an option; `initializers.ts` has those that have names. */
import { choiceOption, type Random, type Tensor } from '@convnet/tensor/inference';

/** Inputs that one output depends on, and outputs that one input influences. */
export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/** Fills a new tensor. */
export type Initializer = (value: Tensor, fans: Fans, random: Random) => void;

const NAMES = ['glorotUniform', 'glorotNormal', 'heUniform', 'heNormal', 'zeros', 'ones'] as const;

/** Name of an initializer, as in layer options and model files. */
export type InitializerName = (typeof NAMES)[number];

/** How weights begin: by name, or by a function that fills them. */
export type InitializerOption = InitializerName | Initializer;

/** For weights that a file holds: they stay zeros until they are read. */
const leftToFile: Initializer = () => undefined;

/**
 * An initializer as options of layers have it, checked. A file has `null` where the network that was
 * saved had a function.
 * @param where - the option, for the message.
 * @throws OptionError if there is none of that name.
 */
export function initializerOption(value: unknown, where: string): InitializerOption {
  if (value === null) return leftToFile;
  if (typeof value === 'function') return value as Initializer;
  return choiceOption(value, NAMES, where);
}

/** The same as a file has it. */
export const initializerConfig = (option: InitializerOption): InitializerName | null =>
  typeof option === 'string' ? option : null;
