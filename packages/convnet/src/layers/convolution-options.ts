/** What the convolution layers have in common: how their windows lie, and what follows the sums. */
import type { Padding } from '@convnet/tensor';
import type { ActivationName } from './activation-names.ts';
import { booleanOption, paddingOption, positivePair, type Pair } from './options.ts';

/** Options of all convolution layers. */
export interface ConvolutionOptions {
  /** Rows and columns of the kernel. */
  readonly kernelSize: Pair;
  /** Input positions from one output to the next; default 1. */
  readonly strides?: Pair;
  /** `valid` (default): only whole windows. `same`: zeros around, so that stride 1 keeps the size. */
  readonly padding?: Padding;
  /** Input positions between kernel entries; default 1. */
  readonly dilationRate?: Pair;
  /** Add a trained bias to every filter; default true. */
  readonly useBias?: boolean;
  /** What is applied to the output, such as `relu`; default nothing. */
  readonly activation?: ActivationName;
  readonly name?: string;
}

/** Those of them that a configuration lists beside name and activation. */
export interface CheckedConvolution {
  readonly kernelSize: [number, number];
  readonly strides: [number, number];
  readonly padding: Padding;
  readonly dilationRate: [number, number];
  readonly useBias: boolean;
}

/**
 * Fills in defaults.
 * @param where - the layer's type, for messages.
 * @throws LayerOptionError for impossible options.
 */
export function convolutionOptions(
  {
    kernelSize,
    strides = 1,
    padding = 'valid',
    dilationRate = 1,
    useBias = true,
  }: ConvolutionOptions,
  where: string,
): CheckedConvolution {
  return {
    kernelSize: positivePair(kernelSize, `${where} kernelSize`),
    strides: positivePair(strides, `${where} strides`),
    padding: paddingOption(padding, `${where} padding`),
    dilationRate: positivePair(dilationRate, `${where} dilationRate`),
    useBias: booleanOption(useBias, `${where} useBias`),
  };
}
