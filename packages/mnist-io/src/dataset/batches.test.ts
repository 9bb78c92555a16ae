import { OptionError } from '@convnet/tensor';
import { describe, expect, test } from 'vitest';
import { ImageDataset } from './image-dataset.ts';
import { ImageSamples } from './image-samples.ts';

const dataset = new ImageDataset({
  images: new ImageSamples({
    pixels: Uint8Array.of(0, 51, 102, 153, 204),
    height: 1,
    width: 1,
    normalization: { mean: 0, standardDeviation: 0.2 },
  }),
  labels: Uint8Array.of(0, 1, 2, 3, 4),
  classNames: ['a', 'b', 'c', 'd', 'e'],
  description: 'five pixels',
});

describe('batch', () => {
  test('visits every image once, with a shorter last batch', () => {
    const all = [...dataset.batch(2)];
    expect(all.map(({ count }) => count)).toEqual([2, 2, 1]);
    expect(all.map(({ labels }) => [...labels])).toEqual([[0, 1], [2, 3], [4]]);
    expect(all.map(({ inputs }) => [...inputs])).toEqual([[0, 1], [2, 3], [4]]);
  });

  test('follows an order', () => {
    const [batch] = dataset.batch(8, { order: [4, 0, 4] });
    expect([...batch!.labels]).toEqual([4, 0, 4]);
    expect([...batch!.inputs]).toEqual([4, 0, 4]);
  });

  test('stops when told to', () => {
    const ending = new AbortController();
    const walk = dataset.batch(2, { signal: ending.signal });
    walk.next();
    ending.abort(new Error('enough'));
    expect(() => walk.next()).toThrow('enough');
  });

  test.each([0, -1, 1.5, Number.NaN])('refuses size %d', (size) => {
    expect(() => dataset.batch(size)).toThrow(OptionError);
  });

  test.each([5, -1, 0.5])('refuses an order that names image %d', (index) => {
    expect(() => dataset.batch(2, { order: [index] })).toThrow(OptionError);
  });
});
