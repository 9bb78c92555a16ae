import { describe, expect, test } from 'vitest';
import { withoutHardShadows } from './hard-shadow.ts';
import { subtractSurface } from './levelling.ts';
import type { Plane } from './plane.ts';

const SIZE = 120;

function plane(brightness: (x: number, y: number) => number): Plane {
  const values = Float32Array.from({ length: SIZE * SIZE }, (_, i) =>
    brightness(i % SIZE, Math.floor(i / SIZE)),
  );
  return { width: SIZE, height: SIZE, values };
}

const isStroke = (x: number, y: number): boolean => Math.abs(x - 60) < 6 && Math.abs(y - 60) < 30;
const isLit = (x: number, y: number): boolean => x + 0.3 * y < 80;

describe('withoutHardShadows', () => {
  test.each([
    ['dark ink on paper', 40, 220],
    ['light ink on a board', 230, 60],
  ])('makes a page level whose shadow has its edge in a stroke: %s', (_, ink, paper) => {
    const page = plane((x, y) => (isStroke(x, y) ? ink : paper) * (isLit(x, y) ? 1 : 0.5));
    const { values } = withoutHardShadows(page, subtractSurface(page))!;
    const [onPaper, onInk]: [number[], number[]] = [[], []];
    for (const [i, value] of values.entries()) {
      const [x, y] = [i % SIZE, Math.floor(i / SIZE)];
      const edge =
        Math.abs(x + 0.3 * y - 80) < 3 || (Math.abs(x - 60) < 8 && Math.abs(y - 60) < 32);
      if (isStroke(x, y) && Math.abs(x + 0.3 * y - 80) >= 3) onInk.push(value);
      else if (!edge) onPaper.push(value);
    }
    expect(Math.max(...onPaper) - Math.min(...onPaper)).toBeLessThan(2);
    const farther = Math.min(...onInk.map((value) => Math.abs(value - onPaper[0]!)));
    expect(farther).toBeGreaterThan(100);
  });

  test.each<[string, (x: number, y: number) => number]>([
    ['light that falls off slowly', (x, y) => 230 - 0.8 * x - 0.002 * y * y],
    ['a dark bar along the border', (_, y) => (y < 14 ? 25 : 220)],
    ['a dark disk in the middle', (x, y) => (Math.hypot(x - 60, y - 60) < 45 ? 120 : 220)],
  ])('leaves %s alone', (_, brightness) => {
    const page = plane(brightness);
    expect(withoutHardShadows(page, subtractSurface(page))).toBeUndefined();
  });
});
