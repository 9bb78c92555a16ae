import { expect, test } from 'vitest';
import { pickImages } from './pick-images.ts';

const labels = Uint8Array.from({ length: 100 }, (_, index) => index % 4);

test('picks different images, the same for a seed', () => {
  const picked = pickImages({ labels }, { count: 30, seed: 1 });
  expect(new Set(picked).size).toBe(30);
  expect(pickImages({ labels }, { count: 30, seed: 1 })).toEqual(picked);
  expect(pickImages({ labels }, { count: 30, seed: 2 })).not.toEqual(picked);
  expect(pickImages({ labels }, { count: 5, seed: 1 })).toEqual(picked.slice(0, 5));
});

test('picks of one class, and no more than there are', () => {
  const picked = pickImages({ labels }, { count: 99, seed: 3, label: 2 });
  expect(picked).toHaveLength(25);
  expect(picked.every((index) => labels[index] === 2)).toBe(true);
  expect(pickImages({ labels }, { count: 5, seed: 3, label: 9 })).toEqual([]);
});
