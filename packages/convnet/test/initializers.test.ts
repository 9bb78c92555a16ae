/** How layers begin: initializers by name and as functions, of kernels and of biases. */
import { expect, test } from 'vitest';
import {
  conv2d,
  decodeModel,
  dense,
  depthwiseConv2d,
  encodeModel,
  flatten,
  separableConv2d,
  sequential,
  type Initializer,
  type Layer,
} from '../src/index.ts';

const sevens: Initializer = (value) => {
  value.data.fill(7);
};

const begun = (layer: Layer) =>
  sequential({
    inputShape: [4, 4, 2],
    layers: layer.type === 'dense' ? [flatten(), layer] : [layer],
  });

test.each([
  [
    'conv2d',
    conv2d({ filters: 2, kernelSize: 3, kernelInitializer: sevens, biasInitializer: 'ones' }),
    1,
  ],
  ['dense', dense({ units: 2, kernelInitializer: sevens, biasInitializer: 'ones' }), 1],
  [
    'depthwiseConv2d',
    depthwiseConv2d({ kernelSize: 3, depthwiseInitializer: sevens, biasInitializer: 'ones' }),
    1,
  ],
  [
    'separableConv2d',
    separableConv2d({
      filters: 3,
      kernelSize: 3,
      depthwiseInitializer: sevens,
      pointwiseInitializer: sevens,
      biasInitializer: 'ones',
    }),
    2,
  ],
] as const)('%s takes a function for its weights, and a name for its bias', (_, layer, kernels) => {
  const model = begun(layer);
  const values = model.parameters.map(({ value }) => [...new Set(value.data)]);
  expect(values).toEqual([...new Array<number[]>(kernels).fill([7]), [1]]);
  const loaded = decodeModel(encodeModel(model));
  expect(loaded.getWeights()).toEqual(model.getWeights());
  expect(encodeModel(loaded)).toEqual(encodeModel(model));
});

test('a bias initializer is only saved where it is not the default', () => {
  const { biasInitializer } = dense({ units: 1, biasInitializer: 'zeros' }).config();
  expect(biasInitializer).toBeUndefined();
  expect(dense({ units: 1, biasInitializer: 'heNormal' }).config()).toMatchObject({
    biasInitializer: 'heNormal',
  });
});

test('what is no initializer is refused', () => {
  expect(() => dense({ units: 1, biasInitializer: 'sevens' as 'ones' })).toThrow(
    'dense biasInitializer: expected one of glorotUniform, ',
  );
});
