/**
 * Leaky rectified linear unit (Maas et al. 2013): `output = input` where that is positive, else
 * `negativeSlope · input`, for any shape.
 */
import { math, numberOption } from '@convnet/tensor';
import { gradientOf } from './activation-gradient.ts';
import { ElementwiseActivation } from './elementwise-activation.ts';
import { layerOf } from './options.ts';

const { selectGreater } = math;

/** Options of {@link leakyRelu}. */
export interface LeakyReluOptions {
  /** Slope where the input is negative, at least 0; default 0.3. */
  readonly negativeSlope?: number;
  readonly name?: string;
}

/**
 * A leaky ReLU layer.
 * @throws OptionError unless `negativeSlope` is finite and at least 0.
 * @example
 * ```ts
 * leakyRelu({ negativeSlope: 0.01 }); // PyTorch's default slope
 * ```
 */
export function leakyRelu(options: LeakyReluOptions = {}): ElementwiseActivation {
  return layerOf(options, () => {
    const negativeSlope = numberOption(
      options.negativeSlope ?? 0.3,
      { least: 0 },
      'leakyRelu negativeSlope',
    );
    return new ElementwiseActivation(
      {
        type: 'leakyRelu',
        value: (x) => selectGreater(x, 0, x, x.times(negativeSlope)),
        gradient: gradientOf(({ dOutput, x }) =>
          dOutput.times(selectGreater(x, 0, 1, negativeSlope)),
        ),
        kinks: [0],
        options: { negativeSlope },
      },
      options.name,
    );
  });
}
