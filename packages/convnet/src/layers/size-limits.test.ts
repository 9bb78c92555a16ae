/** Sizes that no layer can have are refused where they are given, not by a kernel later. */
import { OptionError, ShapeError } from '@convnet/tensor';
import { describe, expect, test } from 'vitest';
import { layers, sequential, type Layer, type Shape } from '../index.ts';

const TOO_LARGE = 2 ** 24 + 1;

describe('an option beyond 2²⁴', () => {
  const conv = { filters: 2, kernelSize: 3 };

  test.each<[string, () => Layer]>([
    ['conv2d filters', () => layers.conv2d({ ...conv, filters: TOO_LARGE })],
    ['conv2d kernelSize', () => layers.conv2d({ ...conv, kernelSize: TOO_LARGE })],
    ['conv2d strides', () => layers.conv2d({ ...conv, strides: [1, TOO_LARGE] })],
    ['conv2d dilationRate', () => layers.conv2d({ ...conv, dilationRate: TOO_LARGE })],
    ['depthwiseConv2d kernelSize', () => layers.depthwiseConv2d({ kernelSize: TOO_LARGE })],
    [
      'depthwiseConv2d depthMultiplier',
      () => layers.depthwiseConv2d({ kernelSize: 1, depthMultiplier: TOO_LARGE }),
    ],
    ['separableConv2d filters', () => layers.separableConv2d({ ...conv, filters: TOO_LARGE })],
    ['dense units', () => layers.dense({ units: TOO_LARGE })],
    ['maxPooling2d poolSize', () => layers.maxPooling2d({ poolSize: TOO_LARGE })],
    ['averagePooling2d strides', () => layers.averagePooling2d({ strides: TOO_LARGE })],
    ['zeroPadding2d padding', () => layers.zeroPadding2d({ padding: TOO_LARGE })],
  ])('%s', (where, make) => {
    expect(make).toThrow(OptionError);
    expect(make).toThrow(new RegExp(`^${where}: expected .*16777216.*; received \\[?.*16777217`));
  });
});

describe('sizes that are possible by themselves, but not together', () => {
  const same = { padding: 'same', strides: 1 } as const;

  test.each<[string, Shape, () => Layer, RegExp]>([
    [
      'weights',
      [2 ** 20],
      () => layers.dense({ units: 2 ** 20 }),
      /^dense "dense1" weight: expected at most 268435456 numbers; \[1048576, 1048576\] has more/,
    ],
    [
      'zeros around an image',
      [1, 1, 1],
      () => layers.zeroPadding2d({ padding: 2 ** 14 }),
      /^zeroPadding2d "padding1": expected at most 268435456 numbers; \[32769, 32769, 1\] has more/,
    ],
    [
      'the reach of a window',
      [8, 8, 1],
      () => layers.conv2d({ filters: 1, kernelSize: 3, dilationRate: [2 ** 15, 1], ...same }),
      /^conv2d "conv1": expected windows that reach at most 32768 positions beyond an input of \[8, 8, 1\]; received 3 × 3, with dilation 32768 × 1\./,
    ],
    [
      'the size of a window',
      [8, 8, 1],
      () => layers.averagePooling2d({ poolSize: [1, 2 ** 24], ...same }),
      /^averagePooling2d "pool1": expected windows that reach at most 32768 positions/,
    ],
  ])('%s', (_, inputShape, make, message) => {
    const network = () => sequential({ inputShape, layers: [make()] });
    expect(network).toThrow(ShapeError);
    expect(network).toThrow(message);
  });

  test('large ones that are of use are taken', () => {
    const wide = layers.conv2d({ filters: 1, kernelSize: [1, 3], dilationRate: 4096, ...same });
    const network = sequential({ inputShape: [1, 16, 1], layers: [wide] });
    expect(network.outputShape).toEqual([1, 16, 1]);
  });
});
