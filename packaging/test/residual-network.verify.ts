/** What the residual network among the examples learns of MNIST: about twelve minutes. */
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { needed } from '../../test-needs.shared.ts';
import { runExample } from './programs.ts';

const mnist = needed('MNIST', 'the accuracy of the residual network');

test.skipIf(!mnist)('a residual network of 20 layers reads at least 99.3 % of MNIST', () => {
  const printed = runExample('residual-network.ts', tmpdir(), {
    EPOCHS: '6',
    CONVNET_DATA_DIR: mnist!,
  });
  console.info(printed);
  const accuracy = Number(/test \{ loss: .*, accuracy: ([\d.]+) \}/.exec(printed)?.[1]);
  expect(accuracy).toBeGreaterThanOrEqual(0.993);
});
