import { RandomStreams } from '@convnet/tensor';
import { describe, expect, test } from 'vitest';
import { rectified, unitSquareTo, type Quadrilateral } from './homography.ts';
import type { Plane } from './plane.ts';
import { findSheet, inset } from './sheet.ts';

const [WIDTH, HEIGHT] = [320, 240];

const noise = new RandomStreams(1).stream('noise');

function isInside(corners: Quadrilateral, x: number, y: number): boolean {
  return corners.every((corner, i) => {
    const next = corners[(i + 1) % 4]!;
    return (next.x - corner.x) * (y - corner.y) >= (next.y - corner.y) * (x - corner.x);
  });
}

function picture(brightness: (x: number, y: number) => number): Plane {
  const values = Float32Array.from({ length: WIDTH * HEIGHT }, (_, i) =>
    brightness((i % WIDTH) + 0.5, Math.floor(i / WIDTH) + 0.5),
  );
  return { width: WIDTH, height: HEIGHT, values };
}

const turned: Quadrilateral = [
  { x: 60, y: 30 },
  { x: 280, y: 50 },
  { x: 262, y: 215 },
  { x: 45, y: 200 },
];

describe('findSheet', () => {
  test.each([
    ['a plain table', () => 50],
    [
      'a table with a pattern',
      (x: number, y: number) => 60 + 40 * Math.sin(x / 9) * Math.cos(y / 7),
    ],
  ])('finds the corners of a sheet on %s, under noise and with ink on it', (_, table) => {
    const sheet = picture((x, y) => {
      const isInk = Math.hypot(x - 150, y - 120) < 25;
      return (isInside(turned, x, y) ? (isInk ? 40 : 220) : table(x, y)) + noise.normal(0, 5);
    });
    const corners = findSheet(sheet)!;
    for (const [i, { x, y }] of corners.entries()) {
      expect(Math.hypot(x - turned[i]!.x, y - turned[i]!.y)).toBeLessThan(2);
    }
  });

  test.each<[string, (x: number, y: number) => number]>([
    ['a page without a table', (x) => 220 - x / 10],
    ['a page half in shadow', (x, y) => (x + y / 3 < 200 ? 220 : 120)],
    ['a light disk', (x, y) => (Math.hypot(x - 160, y - 120) < 100 ? 230 : 30)],
    ['a light digit 1', (x, y) => (Math.abs(x - 160) < 12 && Math.abs(y - 120) < 90 ? 250 : 5)],
    ['nothing at all', () => 128],
  ])('takes %s for no sheet', (_, brightness) => {
    expect(findSheet(picture(brightness))).toBeUndefined();
  });
});

describe('the map from the unit square', () => {
  test('takes corners to corners, and the middle to where the diagonals meet', () => {
    const at = unitSquareTo(turned);
    for (const [i, [u, v]] of (
      [
        [0, 0],
        [1, 0],
        [1, 1],
        [0, 1],
      ] as const
    ).entries()) {
      // prettier-ignore
      expect(at(u, v).x).toBeCloseTo(turned[i]!.x, 9);
      expect(at(u, v).y).toBeCloseTo(turned[i]!.y, 9);
    }
    const [a, b, c, d] = turned;
    const { x, y } = at(0.5, 0.5);
    expect((c.x - a.x) * (y - a.y) - (c.y - a.y) * (x - a.x)).toBeCloseTo(0, 6);
    expect((d.x - b.x) * (y - b.y) - (d.y - b.y) * (x - b.x)).toBeCloseTo(0, 6);
  });

  test('takes the perspective out of a picture', () => {
    const at = unitSquareTo(turned);
    // Each pixel of the sheet is bright by how far across it is.
    const pixels = new Uint8Array(WIDTH * HEIGHT);
    for (let v = 0; v < 1; v += 1 / 800) {
      for (let u = 0; u < 1; u += 1 / 800) {
        const { x, y } = at(u, v);
        pixels[Math.floor(y) * WIDTH + Math.floor(x)] = 255 * u;
      }
    }
    const flat = rectified(pixels, WIDTH, inset(turned, 0.05), 90, 60);
    for (const [i, value] of flat.entries()) {
      expect(Math.abs(value - 255 * (0.05 + (0.9 * ((i % 90) + 0.5)) / 90))).toBeLessThan(3);
    }
  });
});
