/** All layers by their names: what the namespace `layers` has, and what files may name. */
import { activations } from './activation-names.ts';
import { activation } from './activation.ts';
import { add } from './add.ts';
import { averagePooling2d } from './average-pooling2d.ts';
import { batchNormalization } from './batch-normalization.ts';
import { concatenate } from './concatenate.ts';
import { conv2d } from './conv2d.ts';
import { dense } from './dense.ts';
import { depthwiseConv2d } from './depthwise-conv2d.ts';
import { dropout } from './dropout.ts';
import { flatten } from './flatten.ts';
import { globalAveragePooling2d } from './global-average-pooling2d.ts';
import { globalMaxPooling2d } from './global-max-pooling2d.ts';
import { input } from './input.ts';
import { layerNormalization } from './layer-normalization.ts';
import { maxPooling2d } from './max-pooling2d.ts';
import { multiply } from './multiply.ts';
import { reshape } from './reshape.ts';
import { separableConv2d } from './separable-conv2d.ts';
import { spatialDropout2d } from './spatial-dropout2d.ts';
import { zeroPadding2d } from './zero-padding2d.ts';

/** All that makes a layer, by its name. */
export const makers = {
  ...activations,
  activation,
  add,
  averagePooling2d,
  batchNormalization,
  concatenate,
  conv2d,
  dense,
  depthwiseConv2d,
  dropout,
  flatten,
  globalAveragePooling2d,
  globalMaxPooling2d,
  layerNormalization,
  maxPooling2d,
  multiply,
  reshape,
  separableConv2d,
  spatialDropout2d,
  zeroPadding2d,
} as const;

/** All layers by their names: `layers.add()` where `add` would be something else in a program. */
export const layers = { ...makers, input } as const;
