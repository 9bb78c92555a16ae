/** What augmentation costs for an image, on one thread. The machine should do nothing else. */
import { expect, test } from 'vitest';
import {
  augmentations,
  augmented,
  elastic,
  erase,
  generateDigits,
  noise,
  rotate,
  scale,
  shear,
  shift,
  strokeWidth,
  type Augmentation,
} from '../src/index.ts';

const batch = 64;
const batches = 50;
const { images } = generateDigits({ count: batch * batches, seed: 1, split: 'train' });
const indices = Uint32Array.from({ length: batch * batches }, (_, i) => i);
const into = new Uint8Array(batch * 28 * 28);

/** Microseconds for an image: the best of 20 epochs, since other work only ever adds time. */
function microseconds(augmentation: Augmentation): number {
  const { bytes } = augmented(images, augmentation, { seed: 1 });
  let best = Infinity;
  for (let epoch = 0; epoch < 20; epoch++) {
    const began = performance.now();
    for (let start = 0; start < indices.length; start += batch) {
      bytes.readBytes(indices.subarray(start, start + batch), into, epoch);
    }
    best = Math.min(best, performance.now() - began);
  }
  return (best * 1000) / indices.length;
}

test('strong takes at most 40 µs an image: a third of an epoch of cnn on two threads', () => {
  const cases: Record<string, Augmentation> = {
    ...augmentations,
    shift: [shift()],
    rotate: [rotate()],
    scale: [scale()],
    shear: [shear()],
    elastic: [elastic()],
    strokeWidth: [strokeWidth()],
    erase: [erase()],
    noise: [noise()],
  };
  const times = new Map(
    Object.entries(cases).map(([name, augmentation]) => [name, microseconds(augmentation)]),
  );
  for (const [name, time] of times) console.info(`${name}: ${time.toFixed(1)} µs an image`);
  expect(times.get('strong')).toBeLessThan(40);
});
