/** What each transform does to an image, seen from outside. */
import { OptionError } from '@convnet/tensor';
import { describe, expect, test } from 'vitest';
import { ImageSamples } from '../dataset/image-samples.ts';
import { augmented } from './augmented.ts';
import { elastic } from './elastic.ts';
import { erase } from './erase.ts';
import { keep } from './keep.ts';
import { noise } from './noise.ts';
import { rotate } from './rotate.ts';
import { scale } from './scale.ts';
import { shear } from './shear.ts';
import { shift } from './shift.ts';
import { strokeWidth } from './stroke-width.ts';
import type { Transform } from './transform.ts';

const height = 24;
const width = 32;

/** One image, as `count` epochs show it. */
function epochs(transform: Transform, pixels: Uint8Array, count: number): Uint8Array[] {
  const images = new ImageSamples({ pixels, height, width });
  const { bytes } = augmented(images, [transform], { seed: 1 });
  return Array.from({ length: count }, (_, epoch) => {
    const into = new Uint8Array(height * width);
    bytes.readBytes([0], into, epoch);
    return into;
  });
}

function drawn(ink: (x: number, y: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: height * width }, (_, at) =>
    ink((at % width) - (width - 1) / 2, Math.floor(at / width) - (height - 1) / 2) ? 255 : 0,
  );
}

/** A thick horizontal bar, and a disc. */
const bar = drawn((x, y) => Math.abs(x) < 9 && Math.abs(y) < 2);
const disc = drawn((x, y) => x * x + y * y < 36);

interface Moments {
  readonly mass: number;
  readonly x: number;
  readonly y: number;
  readonly xx: number;
  readonly xy: number;
  readonly yy: number;
}

/** Ink, its centre seen from the image's centre, and its spread about that. */
function moments(image: Uint8Array): Moments {
  const sum = (value: (x: number, y: number) => number) =>
    image.reduce((total, byte, at) => {
      const x = (at % width) - (width - 1) / 2;
      return total + byte * value(x, Math.floor(at / width) - (height - 1) / 2);
    }, 0);
  const mass = sum(() => 1);
  const [x, y] = [sum((u) => u) / mass, sum((_, v) => v) / mass];
  const spread = (value: (u: number, v: number) => number) =>
    sum((u, v) => value(u - x, v - y)) / mass;
  return {
    mass,
    x,
    y,
    xx: spread((u) => u * u),
    xy: spread((u, v) => u * v),
    yy: spread((_, v) => v * v),
  };
}

/** Least and most of a quantity, over 300 epochs. */
function range(
  transform: Transform,
  image: Uint8Array,
  quantity: (m: Moments) => number,
): { least: number; most: number } {
  const values = epochs(transform, image, 300).map((epoch) => quantity(moments(epoch)));
  return { least: Math.min(...values), most: Math.max(...values) };
}

function expectRange(
  { least, most }: { least: number; most: number },
  expected: readonly [number, number],
  tolerance: number,
): void {
  expect(Math.abs(least - expected[0])).toBeLessThan(tolerance);
  expect(Math.abs(most - expected[1])).toBeLessThan(tolerance);
}

describe('shift', () => {
  test('reaches as far as it says, in all directions', () => {
    expectRange(
      range(shift({ pixels: 3 }), disc, ({ x }) => x),
      [-3, 3],
      0.1,
    );
    expectRange(
      range(shift({ pixels: 3 }), disc, ({ y }) => y),
      [-3, 3],
      0.1,
    );
  });
});

describe('rotate', () => {
  test('turns as far as it says, to both sides', () => {
    const angle = ({ xx, xy, yy }: Moments) => (Math.atan2(2 * xy, xx - yy) * 90) / Math.PI;
    expectRange(range(rotate({ degrees: 40 }), bar, angle), [-40, 40], 1.5);
  });
});

describe('scale', () => {
  test('enlarges and reduces by as much as it says, both ways alike', () => {
    const size = ({ xx, yy }: Moments) =>
      Math.sqrt((xx + yy) / (moments(disc).xx + moments(disc).yy));
    expectRange(range(scale({ factor: 1.5 }), disc, size), [1 / 1.5, 1.5], 0.03);
  });

  test('changes width against height by as much as it says', () => {
    const aspect = ({ xx, yy }: Moments) => Math.sqrt(xx / yy);
    expectRange(range(scale({ factor: 1, aspect: 1.4 }), disc, aspect), [1 / 1.4, 1.4], 0.05);
  });
});

describe('shear', () => {
  test('leans as far as it says, to both sides', () => {
    const lean = ({ xy, yy }: Moments) => (Math.atan2(xy, yy) * 180) / Math.PI;
    expectRange(range(shear({ degrees: 25 }), disc, lean), [-25, 25], 1);
  });
});

describe('elastic', () => {
  test('bends a disc out of shape, more so with a larger α, and keeps most of its ink', () => {
    const shown = (alpha: number) => epochs(elastic({ alpha, sigma: 4 }), disc, 100);
    const bent = (images: Uint8Array[]) =>
      images.reduce((sum, image) => {
        const { xx, yy, x, y } = moments(image);
        return sum + Math.abs(xx - yy) + x * x + y * y;
      }, 0);
    expect(bent(shown(40))).toBeGreaterThan(2 * bent(shown(20)));
    const { mass } = moments(disc);
    const masses = shown(34).map((image) => moments(image).mass);
    expect(Math.abs(masses.reduce((a, b) => a + b) / 100 / mass - 1)).toBeLessThan(0.1);
  });

  test('without strength leaves the image as it is', () => {
    expect(epochs(elastic({ alpha: 0 }), disc, 3)).toEqual([disc, disc, disc]);
  });
});

describe('strokeWidth', () => {
  test('makes a bar thicker and thinner by as much as it says', () => {
    const rows = (image: Uint8Array) => {
      let sum = 0;
      for (let row = 0; row < height; row++) sum += image[row * width + width / 2]!;
      return sum / 255;
    };
    const shown = epochs(strokeWidth({ thicker: 0.75, thinner: 0.5 }), bar, 300).map(rows);
    expectRange({ least: Math.min(...shown), most: Math.max(...shown) }, [4 - 1, 4 + 1.5], 0.05);
  });

  test('takes what is beyond the edge for neither ink nor background', () => {
    const full = new Uint8Array(height * width).fill(200);
    for (const image of epochs(strokeWidth(), full, 20)) expect(image).toEqual(full);
  });
});

describe('erase', () => {
  const full = new Uint8Array(height * width).fill(255);
  const options = { probability: 0.4, smallest: 0.05, largest: 0.2, aspect: 2 };

  test('wipes out a rectangle of the area and proportions it says, as often as it says', () => {
    const changed = epochs(erase(options), full, 1000).filter((image) => image.includes(0));
    expect(Math.abs(changed.length / 1000 - 0.4)).toBeLessThan(0.05);
    for (const image of changed) {
      const places = [...image.keys()].filter((at) => image[at] === 0);
      const rows = new Set(places.map((at) => Math.floor(at / width))).size;
      const columns = new Set(places.map((at) => at % width)).size;
      expect(places).toHaveLength(rows * columns);
      expect(places.length / image.length).toBeGreaterThan(0.03);
      expect(places.length / image.length).toBeLessThan(0.24);
      // Both sides are rounded to whole pixels.
      expect(rows / columns).toBeGreaterThan(0.4);
      expect(rows / columns).toBeLessThan(2.5);
    }
  });

  test('reaches every corner, and fills with random bytes if asked to', () => {
    const seen = new Set<number>();
    const filled = epochs(erase({ ...options, probability: 1, fill: 'random' }), full, 2000);
    for (const image of filled) image.forEach((byte, at) => byte < 255 && seen.add(at));
    expect(seen.size).toBe(height * width);
    expect(new Set(filled.slice(0, 50).flatMap((image) => [...image])).size).toBe(256);
  });

  test('cuts a rectangle that is longer than the image', () => {
    const [image] = epochs(erase({ probability: 1, smallest: 1, largest: 1, aspect: 1 }), full, 1);
    // √(24 · 32) = 28 columns of all 24 rows.
    expect(image!.filter((byte) => byte === 0)).toHaveLength(24 * 28);
  });
});

describe('noise', () => {
  test('has mean 0 and the standard deviation it says', () => {
    const grey = new Uint8Array(height * width).fill(128);
    const values = epochs(noise({ standardDeviation: 20 }), grey, 50).flatMap((image) => [
      ...image,
    ]);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(Math.abs(mean - 128)).toBeLessThan(0.5);
    expect(Math.abs(Math.sqrt(variance) - 20)).toBeLessThan(0.5);
  });

  test('stays within 0 to 255', () => {
    for (const level of [0, 255]) {
      const even = new Uint8Array(height * width).fill(level);
      const [image] = epochs(noise({ standardDeviation: 50 }), even, 1);
      // Half of it would go beyond, and must not come round on the other side.
      const kept = image!.filter((byte) => byte === level).length / image!.length;
      expect(kept).toBeGreaterThan(0.4);
      expect(kept).toBeLessThan(0.6);
      expect(image!.every((byte) => Math.abs(byte - level) < 180)).toBe(true);
    }
  });
});

describe('keep', () => {
  test('shows as many images as it says as they are, wherever it stands', () => {
    const images = new ImageSamples({ pixels: disc, height, width });
    const { bytes } = augmented(images, [noise(), shift(), keep({ probability: 0.3 })], {
      seed: 1,
    });
    let kept = 0;
    for (let epoch = 0; epoch < 2000; epoch++) {
      const into = new Uint8Array(height * width);
      bytes.readBytes([0], into, epoch);
      if (into.every((byte, at) => byte === disc[at])) kept += 1;
    }
    expect(Math.abs(kept / 2000 - 0.3)).toBeLessThan(0.03);
  });
});

describe('options out of range', () => {
  test.each<[() => Transform, string]>([
    [() => shift({ pixels: -1 }), 'shift pixels: expected a number from 0 to 1000; received -1.'],
    [() => rotate({ degrees: 181 }), 'rotate degrees'],
    [() => scale({ factor: 0.9 }), 'scale factor'],
    [() => scale({ aspect: Number.NaN }), 'scale aspect'],
    [() => shear({ degrees: 90 }), 'shear degrees'],
    [() => elastic({ alpha: Infinity }), 'elastic alpha'],
    [() => elastic({ sigma: 0.5 }), 'elastic sigma: expected a number from 1 to 100'],
    [() => strokeWidth({ thicker: 1.1 }), 'strokeWidth thicker'],
    [() => strokeWidth({ thinner: -0.1 }), 'strokeWidth thinner'],
    [() => erase({ probability: 2 }), 'erase probability'],
    [
      () => erase({ smallest: 0.2, largest: 0.1 }),
      'erase smallest: expected a number from 0 to 0.1',
    ],
    [() => erase({ largest: 1.5 }), 'erase largest'],
    [() => erase({ aspect: 0 }), 'erase aspect'],
    [() => keep({ probability: -1 }), 'keep probability: expected a number from 0 to 1'],
    [() => noise({ standardDeviation: 300 }), 'noise standardDeviation'],
  ])('%s is refused', (make, message) => {
    expect(make).toThrow(OptionError);
    expect(make).toThrow(message);
  });
});
