/**
 * All layers of this library in networks that only predict. Those that share a file with common ones
 * are made without their backward passes, like these.
 */
import { activation } from './activation.ts';
import { add } from './add.ts';
import { batchNormalization } from './batch-normalization.ts';
import { commonActivations, commonMakers } from './common-layers.ts';
import { concatenate } from './concatenate.ts';
import { Conv2d, type Conv2dOptions } from './conv2d.ts';
import { DepthwiseConv2d, type DepthwiseConv2dOptions } from './depthwise-conv2d.ts';
import { elu } from './elu.ts';
import { gelu } from './gelu.ts';
import { hardSwish } from './hard-swish.ts';
import { layerNormalization } from './layer-normalization.ts';
import { leakyRelu } from './leaky-relu.ts';
import { multiply } from './multiply.ts';
import { layerOf } from './options.ts';
import { GlobalPooling2d, type GlobalPooling2dOptions } from './global-pooling.ts';
import { Pooling2d, type Pooling2dOptions } from './pooling.ts';
import type { DropoutOptions } from './predicting-dropout.ts';
import { knownLayers, type KnownLayers } from './registry.ts';
import { reshape } from './reshape.ts';
import { SeparableConv2d, type SeparableConv2dOptions } from './separable-conv2d.ts';
import { sigmoid } from './sigmoid.ts';
import { silu } from './silu.ts';
import { SpatialDropout2d } from './spatial-dropout2d.ts';
import { tanh } from './tanh.ts';
import { zeroPadding2d } from './zero-padding2d.ts';

/** The activations among them. */
export const predictingActivations = {
  ...commonActivations,
  elu,
  gelu,
  hardSwish,
  leakyRelu,
  sigmoid,
  silu,
  tanh,
};

const makers = {
  ...commonMakers,
  ...predictingActivations,
  activation,
  add,
  averagePooling2d: (options: Pooling2dOptions) =>
    layerOf(
      options,
      () => new Pooling2d({ type: 'averagePooling2d', operation: 'average' }, options),
    ),
  batchNormalization,
  concatenate,
  conv2d: (options: Conv2dOptions) => layerOf(options, () => new Conv2d(options)),
  depthwiseConv2d: (options: DepthwiseConv2dOptions) =>
    layerOf(options, () => new DepthwiseConv2d(options)),
  globalAveragePooling2d: (options: GlobalPooling2dOptions) =>
    layerOf(
      options,
      () => new GlobalPooling2d({ type: 'globalAveragePooling2d', operation: 'average' }, options),
    ),
  globalMaxPooling2d: (options: GlobalPooling2dOptions) =>
    layerOf(
      options,
      () => new GlobalPooling2d({ type: 'globalMaxPooling2d', operation: 'max' }, options),
    ),
  layerNormalization,
  multiply,
  reshape,
  separableConv2d: (options: SeparableConv2dOptions) =>
    layerOf(options, () => new SeparableConv2d(options)),
  spatialDropout2d: (options: DropoutOptions) =>
    layerOf(options, () => new SpatialDropout2d(options)),
  zeroPadding2d,
};

let known: KnownLayers | undefined;

/** See the top of this file. */
export const everyPredictingLayer = (): KnownLayers => (known ??= knownLayers(makers));
