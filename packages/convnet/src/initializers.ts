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
import type { Tensor } from '@convnet/tensor/inference';
import {
  initializerOption,
  type Fans,
  type Initializer,
  type InitializerName,
  type InitializerOption,
} from './initializer-option.ts';

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
} satisfies Record<InitializerName, Initializer>;

/** The function that fills the weights. @throws OptionError if there is none of that name. */
export function resolveInitializer(option: InitializerOption, where: string): Initializer {
  const checked = initializerOption(option, where);
  return typeof checked === 'string' ? initializers[checked] : checked;
}
