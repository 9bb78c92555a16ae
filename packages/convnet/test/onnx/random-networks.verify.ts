/** As `random-networks.test.ts`, with ten times as many networks. */
import { test } from 'vitest';
import { randomNetwork } from './random-network.ts';
import { expectSameInOnnx } from './run-onnx.ts';

test.each(Array.from({ length: 10 }, (_, tenth) => 1000 + 40 * tenth))(
  'forty networks from seed %i',
  async (first) => {
    for (let seed = first; seed < first + 40; seed++) {
      const network = randomNetwork(seed);
      await expectSameInOnnx(network, [1, 7], ['disabled', 'all']);
      network.dispose();
    }
  },
);
