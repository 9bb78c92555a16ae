import { describe, expect, test } from 'vitest';
import { groupBoxes, inReadingOrder } from './digit-groups.ts';
import type { PixelBox } from './plane.ts';

const box = (left: number, top: number, width: number, height: number): PixelBox => ({
  left,
  top,
  width,
  height,
});

describe('groupBoxes', () => {
  test.each<[string, PixelBox[], number[][]]>([
    ['one', [box(3, 4, 20, 30)], [[0]]],
    ['the bar of a 5 above its body', [box(10, 20, 30, 50), box(15, 8, 30, 6)], [[0, 1]]],
    ['a bar beside it', [box(10, 20, 30, 50), box(44, 18, 20, 6)], [[0, 1]]],
    ['two strokes of a 4, one within the other', [box(0, 0, 30, 30), box(22, 0, 4, 60)], [[0, 1]]],
    ['two digits', [box(0, 0, 30, 50), box(36, 2, 30, 50)], [[0], [1]]],
    ['two digits that lean over each other', [box(0, 0, 30, 50), box(25, 2, 30, 50)], [[0], [1]]],
    ['two lines', [box(0, 0, 30, 50), box(2, 60, 30, 50)], [[0], [1]]],
  ])('keeps apart or joins %s', (_, boxes, groups) => {
    const sorted = groupBoxes(boxes).map((group) => [...group].sort((a, b) => a - b));
    expect(sorted).toEqual(groups);
  });
});

test('digits are read line by line, each from the left', () => {
  const boxes = [
    box(80, 64, 20, 30), // lower line
    box(50, 3, 20, 40),
    box(5, 70, 25, 40),
    box(90, 12, 8, 25), // upper line, a little lower
    box(2, 8, 20, 40),
  ];
  expect(inReadingOrder(boxes, (each) => each)).toEqual([4, 1, 3, 2, 0].map((i) => boxes[i]));
});
