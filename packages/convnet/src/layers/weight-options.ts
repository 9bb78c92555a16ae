/**
 * Options by which layers with weights say how those begin and what large ones cost: for the weights
 * `kernel`, `kernelInitializer` and `kernelRegularizer`; and whether there is a bias.
 */
import { booleanOption } from '@convnet/tensor/inference';
import {
  initializerConfig,
  initializerOption,
  type InitializerOption,
} from '../initializer-option.ts';
import { regularizerOption, type Regularizer } from '../regularizers.ts';

/** The same, checked. */
export interface Weights {
  readonly initializer: InitializerOption;
  readonly regularizer: Regularizer | undefined;
  /** The options as a configuration lists them. */
  readonly config: Readonly<Record<string, unknown>>;
}

/**
 * Fills in defaults: `glorotUniform` and no regularizer.
 * @param where - the layer's type, for messages.
 * @throws OptionError for impossible options.
 */
export function weightOptions<Name extends string>(
  name: Name,
  options: Partial<Readonly<Record<`${Name}Initializer` | `${Name}Regularizer`, unknown>>>,
  where: string,
): Weights {
  const given = options as Readonly<Record<string, unknown>>;
  const [initializerKey, regularizerKey] = [`${name}Initializer`, `${name}Regularizer`];
  const initializer = initializerOption(
    given[initializerKey] === undefined ? 'glorotUniform' : given[initializerKey],
    `${where} ${initializerKey}`,
  );
  const regularizer = regularizerOption(given[regularizerKey], `${where} ${regularizerKey}`);
  const config = {
    [initializerKey]: initializerConfig(initializer),
    [regularizerKey]: regularizer,
  };
  return { initializer, regularizer, config };
}

/** Options of a bias. */
export interface BiasOptions {
  /** Add a trained bias to every output; default true. */
  readonly useBias?: boolean;
  /** Default `zeros`. */
  readonly biasInitializer?: InitializerOption;
}

/** The same, checked. */
export interface Bias {
  /** `undefined` without a bias. */
  readonly initializer: InitializerOption | undefined;
  readonly config: Readonly<Record<string, unknown>>;
}

/**
 * Fills in defaults.
 * @param where - the layer's type, for messages.
 * @throws OptionError for impossible options.
 */
export function biasOptions(
  { useBias = true, biasInitializer = 'zeros' }: BiasOptions,
  where: string,
): Bias {
  const isUsed = booleanOption(useBias, `${where} useBias`);
  const initializer = initializerOption(biasInitializer, `${where} biasInitializer`);
  return {
    initializer: isUsed ? initializer : undefined,
    config: {
      useBias: isUsed,
      // Files of releases without this option have none.
      biasInitializer: initializer === 'zeros' ? undefined : initializerConfig(initializer),
    },
  };
}
