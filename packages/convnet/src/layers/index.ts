/**
 * All layers by their names, as the namespace `layers`: `layers.add()` where `add` would be something
 * else in a program.
 */
export { activation } from './activation.ts';
export { add } from './add.ts';
export { averagePooling2d } from './average-pooling2d.ts';
export { batchNormalization } from './batch-normalization.ts';
export { concatenate } from './concatenate.ts';
export { conv2d } from './conv2d.ts';
export { dense } from './dense.ts';
export { depthwiseConv2d } from './depthwise-conv2d.ts';
export { dropout } from './dropout.ts';
export { elu } from './elu.ts';
export { flatten } from './flatten.ts';
export { gelu } from './gelu.ts';
export { globalAveragePooling2d } from './global-average-pooling2d.ts';
export { globalMaxPooling2d } from './global-max-pooling2d.ts';
export { input } from './input.ts';
export { layerNormalization } from './layer-normalization.ts';
export { leakyRelu } from './leaky-relu.ts';
export { maxPooling2d } from './max-pooling2d.ts';
export { multiply } from './multiply.ts';
export { relu } from './relu.ts';
export { reshape } from './reshape.ts';
export { separableConv2d } from './separable-conv2d.ts';
export { sigmoid } from './sigmoid.ts';
export { silu } from './silu.ts';
export { softmax } from './softmax.ts';
export { spatialDropout2d } from './spatial-dropout2d.ts';
export { tanh } from './tanh.ts';
export { zeroPadding2d } from './zero-padding2d.ts';
