import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findDigits, growMask } from './components.ts';

const levels = { weak: 10, edge: 40, strong: 50, full: 100 };

/** Ink from a drawing: `#` full, `+` soft, `.` none. */
function inkOf(drawing: string): { values: Float32Array; width: number } {
  const rows = drawing.trim().split(/\s+/);
  const ink = { '#': 100, '+': 20, '.': 0 };
  const values = Float32Array.from(rows.join(''), (sign) => ink[sign as keyof typeof ink]);
  return { values, width: rows[0]!.length };
}

const find = (drawing: string) => {
  const { values, width } = inkOf(drawing);
  return findDigits(values, width, 1, levels, { join: true })[0];
};

describe('findDigits', () => {
  test('joins pixels across corners, and leaves soft edges out of the box', () => {
    const digit = find(`
      ......
      .+#...
      ...#+.
      ..#...
    `)!;
    expect(digit.box).toEqual({ left: 2, top: 1, width: 2, height: 3 });
    expect(digit.mask.reduce((sum, bit) => sum + bit)).toBe(5);
    expect(digit.specks).toBe(0);
  });

  test('keeps the separate bar of a 5, and leaves dust out, near and far', () => {
    const body = Array.from({ length: 40 }, (_, y) =>
      `..${y < 30 ? '###' : '...'}`.padEnd(60, '.'),
    );
    const put = (row: number, column: number, ink: string): void => {
      const line = body[row]!;
      body[row] = line.slice(0, column) + ink + line.slice(column + ink.length);
    };
    put(2, 7, '#########'); // the bar: a tenth of the body
    put(4, 9, '#'); // too small anywhere
    put(20, 50, '###'); // large enough only if it were near
    put(36, 30, '++++++++'); // never strong: no speck, but a smudge
    const digit = find(body.join(' '))!;
    expect(digit.box).toEqual({ left: 2, top: 0, width: 14, height: 30 });
    expect(digit.specks).toBe(2);
    expect(digit.mask[4 * 60 + 9]).toBe(0);
  });

  test('leaves out what touches the border, all of it or slivers, if it is told to', () => {
    const rows = Array.from({ length: 40 }, (_, y) => `${y < 30 ? '#' : '.'}......##....`);
    const { values, width } = inkOf([...rows.slice(0, 39), '.'.repeat(13)].join(' '));
    const boxes = (offBorder?: 'any' | 'slivers') =>
      findDigits(values, width, 1, levels, { ...(offBorder && { offBorder }) }).length;
    expect([boxes(), boxes('slivers'), boxes('any')]).toEqual([2, 1, 0]);
  });

  test('finds nothing where no pixel is strong', () => {
    expect(find('..+. .++.')).toBeUndefined();
  });

  test('turns with the picture', () => {
    const pictures = fc.array(fc.constantFrom(0, 0, 20, 100), { minLength: 48, maxLength: 48 });
    fc.assert(
      fc.property(pictures, (ink) => {
        const turned = Float32Array.from(ink, (_, i) => ink[(i % 8) * 6 + Math.floor(i / 8)]!);
        const join = { join: true };
        const [one] = findDigits(Float32Array.from(ink), 6, 1, levels, join);
        const [other] = findDigits(
          turned.map((value) => -value),
          8,
          -1,
          levels,
          join,
        );
        const { left, top, width, height } = one?.box ?? { left: 0, top: 0, width: 0, height: 0 };
        expect(other && { specks: other.specks, box: other.box }).toEqual(
          one && {
            specks: one.specks,
            box: { left: top, top: left, width: height, height: width },
          },
        );
      }),
    );
  });
});

describe('growMask', () => {
  test('is 1 exactly where the square around a pixel meets the mask', () => {
    const masks = fc.array(fc.constantFrom(0, 0, 0, 1), { minLength: 35, maxLength: 35 });
    fc.assert(
      fc.property(masks, fc.integer({ min: 0, max: 3 }), (bits, reach) => {
        const grown = growMask(Uint8Array.from(bits), 7, reach);
        for (let i = 0; i < 35; i++) {
          const isNear = bits.some(
            (bit, j) =>
              bit === 1 &&
              Math.abs((j % 7) - (i % 7)) <= reach &&
              Math.abs(Math.floor(j / 7) - Math.floor(i / 7)) <= reach,
          );
          expect(grown[i]).toBe(isNear ? 1 : 0);
        }
      }),
    );
  });
});
