/** Whatever is called with whatever: it answers, or refuses in words. Ten thousand calls are in verify. */
import { expect, test } from 'vitest';
import { callAll } from './wrong-kinds/call-all.ts';

test('calls with values of wrong kinds work, or end with typed errors', async () => {
  const { faults, targets } = await callAll(11, 1500);
  expect(faults).toEqual([]);
  expect(targets).toEqual(
    expect.arrayContaining([
      'conv2d',
      'Model#fit',
      'parseIdx',
      'loadModel',
      'loadImages',
      'createApp',
      'startServer',
    ]),
  );
});
