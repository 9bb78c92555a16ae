import { OptionError } from '@convnet/tensor';
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { ImageDataset } from '../dataset/image-dataset.ts';
import { generateDigits, MAX_GENERATED_IMAGES } from './generate-digits.ts';

function sha256(dataset: ImageDataset): string {
  return createHash('sha256').update(dataset.images.pixels).update(dataset.labels).digest('hex');
}

const train = generateDigits({ count: 1000, seed: 1, split: 'train' });
const testing = generateDigits({ count: 500, seed: 1, split: 'test' });

describe('generateDigits', () => {
  test('gives the same images for a seed, on every machine', () => {
    expect(sha256(train)).toBe('c96f61e8c3703bdf55de8d28224beac8db355201f925b5858b0a5d405a2ecca0');
  });

  test('gives other images for another seed and for the other split', () => {
    const other = generateDigits({ count: 500, seed: 2, split: 'test' });
    const sameCount = train.take(500);
    expect(new Set([sha256(testing), sha256(other), sha256(sameCount)]).size).toBe(3);
  });

  test('gives each image whatever the count', () => {
    expect(sha256(generateDigits({ count: 37, seed: 1, split: 'train' }))).toBe(
      sha256(train.take(37)),
    );
  });

  test('has every digit once in every ten, in changing order', () => {
    expect(train.classCounts()).toEqual(new Array(10).fill(100));
    const firstTen = [...train.labels.subarray(0, 10)];
    expect([...firstTen].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(firstTen).not.toEqual([...train.labels.subarray(10, 20)]);
  });

  test('frames every digit: 20 pixels long, its mass in the centre', () => {
    for (let index = 0; index < train.size; index++) {
      const box = { left: 28, top: 28, right: -1, bottom: -1 };
      let [mass, massX, massY] = [0, 0, 0];
      for (let position = 0; position < 784; position++) {
        const ink = train.images.pixels[index * 784 + position]!;
        if (ink === 0) continue;
        const [x, y] = [position % 28, Math.floor(position / 28)];
        box.left = Math.min(box.left, x);
        box.right = Math.max(box.right, x);
        box.top = Math.min(box.top, y);
        box.bottom = Math.max(box.bottom, y);
        mass += ink;
        massX += ink * x;
        massY += ink * y;
      }
      expect(Math.max(box.right - box.left, box.bottom - box.top) + 1).toBe(20);
      // The frame's edge can keep a very top-heavy digit from its place.
      const touchesEdge = box.left * box.top === 0 || box.right === 27 || box.bottom === 27;
      const tolerance = touchesEdge ? 1 : 0.5;
      expect(Math.abs(massX / mass - 14)).toBeLessThanOrEqual(tolerance);
      expect(Math.abs(massY / mass - 14)).toBeLessThanOrEqual(tolerance);
    }
  });

  test('makes digits that are told apart by their likeness to others', () => {
    const distance = (a: number, b: number): number => {
      let sum = 0;
      for (let p = 0; p < 784; p++) {
        sum += (testing.images.pixels[a * 784 + p]! - train.images.pixels[b * 784 + p]!) ** 2;
      }
      return sum;
    };
    let right = 0;
    for (const [index, label] of testing.labels.entries()) {
      let [nearest, least] = [-1, Infinity];
      for (let other = 0; other < train.size; other++) {
        const found = distance(index, other);
        if (found < least) [nearest, least] = [other, found];
      }
      if (train.labels[nearest] === label) right += 1;
    }
    expect(right / testing.size).toBeGreaterThan(0.7);
  });

  test('makes none when none are asked for', () => {
    expect(generateDigits({ count: 0, seed: 1, split: 'test' }).size).toBe(0);
  });

  test.each([-1, 1.5, Number.NaN, MAX_GENERATED_IMAGES + 1])('refuses count %d', (count) => {
    expect(() => generateDigits({ count, seed: 1, split: 'test' })).toThrow(OptionError);
  });

  test('refuses a bad seed', () => {
    expect(() => generateDigits({ count: 1, seed: -1, split: 'test' })).toThrow(OptionError);
  });
});
