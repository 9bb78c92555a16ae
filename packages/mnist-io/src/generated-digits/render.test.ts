import { describe, expect, test } from 'vitest';
import { PenPath } from './pen-path.ts';
import { renderPath } from './render.ts';

/** A path through the given points, x and y in turn, of one line width. */
function pathOf(radius: number, ...places: [number, number][]): PenPath {
  const path = new PenPath();
  const x = Float64Array.from(places, ([first]) => first);
  const y = Float64Array.from(places, ([, second]) => second);
  path.addStroke(
    places.map(([first, second]) => ({ x: first, y: second, isCorner: true })),
    x,
    y,
  );
  path.radius.fill(radius, 0, path.length);
  return path;
}

describe('renderPath', () => {
  test('covers exactly the rows of a horizontal line', () => {
    const ink = new Uint8Array(64).fill(77);
    renderPath(pathOf(1, [-5, 4], [12, 4]), 1, 8, ink);
    const rows = Array.from({ length: 8 }, (_, row) => [...ink.subarray(row * 8, row * 8 + 8)]);
    const full = new Array<number>(8).fill(255);
    const none = new Array<number>(8).fill(0);
    expect(rows).toEqual([none, none, none, full, full, none, none, none]);
  });

  test('covers pixels on the edge in part', () => {
    const ink = new Uint8Array(64);
    renderPath(pathOf(1, [-5, 4.25], [12, 4.25]), 1, 8, ink);
    expect([2, 3, 4, 5].map((row) => ink[row * 8 + 4])).toEqual([0, 191, 255, 64]);
  });

  test('draws a dot and leaves gaps between strokes', () => {
    const ink = new Uint8Array(64);
    const path = pathOf(0.5, [1.5, 1.5], [1.5, 1.5]);
    path.addStroke([{ x: 0, y: 0, isCorner: false }], Float64Array.of(6.5), Float64Array.of(6.5));
    renderPath(path, 1, 8, ink);
    expect(ink.reduce((sum, value) => sum + value, 0)).toBe(255);
    expect(ink[9]).toBe(255);
  });
});

describe('PenPath', () => {
  test('passes through its points, straight between corners', () => {
    const path = pathOf(1, [0, 0], [4, 0], [4, 2]);
    expect(path.length).toBe(11);
    expect([...path.y.subarray(0, 6)]).toEqual([0, 0, 0, 0, 0, 0]);
    expect([path.x[5], path.y[10]]).toEqual([4, 2]);
  });
});
