import { describe, expect, test } from 'vitest';
import { Random, RandomStreams } from './random.ts';

const stream = (name = 'test', seed = 1) => new RandomStreams(seed).stream(name);

function moments(draw: () => number, count = 100_000) {
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < count; i++) {
    const value = draw();
    sum += value;
    squares += value * value;
  }
  const mean = sum / count;
  return { mean, variance: squares / count - mean * mean };
}

describe('RandomStreams', () => {
  test('draws the numbers it has always drawn', () => {
    const random = stream('shuffle', 42);
    const drawn = [random.uint32(), random.uint32(), random.uniform(), random.normal()];
    expect(drawn).toMatchInlineSnapshot(`
      [
        1091301967,
        497720250,
        0.27852725737186024,
        -1.2110218757303084,
      ]
    `);
  });

  test('one seed and one name give one stream', () => {
    expect(stream('init').uint32()).toBe(stream('init').uint32());
  });

  test('another name, or another seed, gives another stream', () => {
    const first = [1, 2, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER].flatMap((seed) =>
      ['init', 'inti', 'shuffle', ''].map((name) => stream(name, seed).uint32()),
    );
    expect(new Set(first).size).toBe(first.length);
  });

  test.each([-1, 1.5, NaN, 2 ** 53])('refuses seed %s', (seed) => {
    expect(() => new RandomStreams(seed)).toThrow(/seed: expected a whole number from 0 to/);
  });
});

describe('Random', () => {
  test('continues from its state', () => {
    const random = stream();
    random.uint32();
    const copy = new Random(random.state);
    expect([copy.uint32(), copy.normal()]).toEqual([random.uint32(), random.normal()]);
  });

  test('uniform numbers have the mean and variance of their interval', () => {
    const random = stream();
    const { mean, variance } = moments(() => random.uniform(-1, 3));
    expect(mean).toBeCloseTo(1, 1);
    expect(variance).toBeCloseTo(16 / 12, 1);
  });

  test('normal numbers have mean, variance and tails of the normal distribution', () => {
    const random = stream();
    let beyondTwo = 0;
    const { mean, variance } = moments(() => {
      const value = random.normal();
      if (Math.abs(value) > 2) beyondTwo++;
      return value;
    });
    expect(Math.abs(mean)).toBeLessThan(0.02);
    expect(Math.abs(variance - 1)).toBeLessThan(0.03);
    expect(Math.abs(beyondTwo / 100_000 - 0.0455)).toBeLessThan(0.004);
  });

  test('integers are equally likely', () => {
    const random = stream();
    const counts = new Array<number>(7).fill(0);
    for (let i = 0; i < 70_000; i++) counts[random.integer(7)]!++;
    const chiSquare = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    expect(chiSquare).toBeLessThan(22.5); // 6 degrees of freedom, p = 0.001
  });

  test('shuffling keeps every element and reaches every order', () => {
    const random = stream();
    const orders = new Set<string>();
    for (let i = 0; i < 500; i++) {
      const numbers = [1, 2, 3, 4];
      random.shuffle(numbers);
      expect([...numbers].sort()).toEqual([1, 2, 3, 4]);
      orders.add(numbers.join(''));
    }
    expect(orders.size).toBe(24);
  });
});
