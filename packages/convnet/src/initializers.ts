/**
 * Initial weights. With too small a variance signals die out from layer to layer, with too
 * large a one they explode; these keep it about constant.
 *
 * - Glorot: variance 2 / (fanIn + fanOut) (Glorot and Bengio 2010, eq. 12 and 16).
 * - He: variance 2 / fanIn, for ReLU (He et al. 2015, eq. 10).
 *
 * `…Uniform` draws from [−a, a) with a = √(3 · variance), `…Normal` from a normal distribution
 * that is not truncated.
 */
import { choiceOption, type Random, type Tensor } from '@convnet/tensor';

/** Inputs that one output depends on, and outputs that one input influences. */
export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/** Fills a new tensor. */
export type Initializer = (value: Tensor, fans: Fans, random: Random) => void;

function uniform(variance: (fans: Fans) => number): Initializer {
  return (value, fans, random) => {
    const limit = Math.sqrt(3 * variance(fans));
    for (let i = 0; i < value.size; i++) value.data[i] = random.uniform(-limit, limit);
  };
}

function normal(variance: (fans: Fans) => number): Initializer {
  return (value, fans, random) => {
    const deviation = Math.sqrt(variance(fans));
    for (let i = 0; i < value.size; i++) value.data[i] = random.normal(0, deviation);
  };
}

const glorotVariance = ({ fanIn, fanOut }: Fans): number => 2 / (fanIn + fanOut);
const heVariance = ({ fanIn }: Fans): number => 2 / fanIn;

const initializers = {
  glorotUniform: uniform(glorotVariance),
  glorotNormal: normal(glorotVariance),
  heUniform: uniform(heVariance),
  heNormal: normal(heVariance),
  zeros: (value: Tensor) => {
    value.data.fill(0);
  },
  ones: (value: Tensor) => {
    value.data.fill(1);
  },
} satisfies Record<string, Initializer>;

/** Name of an initializer, as in layer options and model files. */
export type InitializerName = keyof typeof initializers;

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
  return choiceOption(value, Object.keys(initializers) as InitializerName[], where);
}

/** The same as a file has it. */
export const initializerConfig = (option: InitializerOption): InitializerName | null =>
  typeof option === 'string' ? option : null;

/** The function that fills the weights. @throws OptionError if there is none of that name. */
export function resolveInitializer(option: InitializerOption, where: string): Initializer {
  const checked = initializerOption(option, where);
  return typeof checked === 'string' ? initializers[checked] : checked;
}
