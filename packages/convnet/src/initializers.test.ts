import { RandomStreams, Tensor } from '@convnet/tensor';
import { describe, expect, test } from 'vitest';
import { initializerOption, type InitializerName } from './initializer-option.ts';
import { resolveInitializer } from './initializers.ts';

const fans = { fanIn: 300, fanOut: 100 };

function drawn(name: InitializerName): Tensor {
  const value = Tensor.zeros([300, 100]);
  resolveInitializer(name, 'test')(value, fans, new RandomStreams(1).stream('init'));
  return value;
}

describe.each([
  ['glorotUniform', 2 / 400],
  ['glorotNormal', 2 / 400],
  ['heUniform', 2 / 300],
  ['heNormal', 2 / 300],
] as const)('%s', (name, variance) => {
  const { data, size } = drawn(name);

  test(`has mean 0 and variance ${variance}`, () => {
    let sum = 0;
    let squares = 0;
    for (const weight of data) {
      sum += weight;
      squares += weight * weight;
    }
    expect(Math.abs(sum / size)).toBeLessThan(3 * Math.sqrt(variance / size));
    expect(squares / size / variance).toBeCloseTo(1, 1);
  });

  test('stays within its bounds, or does not have any', () => {
    const largest = Math.max(...Array.from(data, Math.abs));
    const bound = Math.sqrt(3 * variance);
    if (name.endsWith('Uniform')) expect(largest).toBeLessThanOrEqual(bound);
    else expect(largest).toBeGreaterThan(bound);
  });
});

test('an unknown name is refused with the known ones', () => {
  expect(() => initializerOption('twos', 'dense kernelInitializer')).toThrow(
    'dense kernelInitializer: expected one of glorotUniform, glorotNormal, heUniform, heNormal, zeros, ones; received "twos".',
  );
});
