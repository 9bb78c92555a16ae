/**
 * The layers that most networks for images consist of: a page that predicts loads these first. They
 * need no kernels but the common ones, and are made without their backward passes.
 */
import { OptionError } from '@convnet/tensor/inference';
import { Conv2d, type Conv2dOptions } from './conv2d.ts';
import { Dense, type DenseOptions } from './dense.ts';
import { flatten } from './flatten.ts';
import { layerOf } from './options.ts';
import { Pooling2d, type Pooling2dOptions } from './pooling.ts';
import { knownLayers, type KnownLayers } from './registry.ts';
import { PredictingDropout, type DropoutOptions } from './predicting-dropout.ts';
import { predictingRelu } from './predicting-relu.ts';
import { predictingSoftmax } from './softmax.ts';

/** The activations among them. */
export const commonActivations = { relu: predictingRelu, softmax: predictingSoftmax };

/** How all of them are made. */
export const commonMakers = {
  ...commonActivations,
  conv2d: (options: Conv2dOptions) => {
    if (options.groups === undefined) return layerOf(options, () => new Conv2d(options));
    throw new OptionError('conv2d groups: expected none.');
  },
  dense: (options: DenseOptions) => layerOf(options, () => new Dense(options)),
  dropout: (options: DropoutOptions) => layerOf(options, () => new PredictingDropout(options)),
  flatten,
  maxPooling2d: (options: Pooling2dOptions) =>
    layerOf(options, () => new Pooling2d({ type: 'maxPooling2d', operation: 'max' }, options)),
};

let known: KnownLayers | undefined;

/** See the top of this file. */
export const commonLayers = (): KnownLayers => (known ??= knownLayers(commonMakers));
