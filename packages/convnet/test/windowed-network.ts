/** A network of every layer that works on windows of channels apart, for tests. */
import {
  averagePooling2d,
  conv2d,
  dense,
  depthwiseConv2d,
  globalAveragePooling2d,
  globalMaxPooling2d,
  relu,
  separableConv2d,
  sequential,
  softmax,
  zeroPadding2d,
  type Sequential,
  type TrainableOptions,
} from '../src/index.ts';

/** `[N, 28, 28, 1]` to ten probabilities. */
export function windowedNetwork(options: TrainableOptions): Sequential {
  const padding = [
    [1, 0],
    [0, 2],
  ] as const;
  return sequential({
    ...options,
    inputShape: [28, 28, 1],
    layers: [
      zeroPadding2d({ padding }),
      conv2d({ filters: 6, kernelSize: 3, padding: 'same' }),
      relu(),
      depthwiseConv2d({ kernelSize: 3, strides: 2, padding: 'same', depthMultiplier: 2 }),
      relu(),
      averagePooling2d({ poolSize: 3, strides: 2, padding: 'same' }),
      conv2d({ filters: 18, kernelSize: 2, groups: 3 }),
      relu(),
      depthwiseConv2d({ kernelSize: 3, dilationRate: 2, padding: 'same', useBias: false }),
      separableConv2d({ filters: 20, kernelSize: 3 }),
      relu(),
      globalMaxPooling2d({ keepDims: true }),
      globalAveragePooling2d(),
      dense({ units: 10 }),
      softmax(),
    ],
  });
}
