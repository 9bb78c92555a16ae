/** Networks at random agree with ONNX Runtime; `random-networks.verify.ts` has ten times as many. */
import { expect, test } from 'vitest';
import { everyLayer } from '../../src/layers/every-layer.ts';
import { randomNetwork } from './random-network.ts';
import { expectSameInOnnx } from './run-onnx.ts';

test('forty networks at random compute the same, optimized or not, in batches of any size', async () => {
  const types = new Set<string>();
  for (let seed = 1; seed <= 40; seed++) {
    const network = randomNetwork(seed);
    network.layers.forEach(({ type }) => types.add(type));
    await expectSameInOnnx(network, [1, 7], ['disabled', 'all']);
    network.dispose();
  }
  expect([...everyLayer().makers.keys()].filter((type) => !types.has(type))).toEqual([]);
});
