import { describe, expect, test } from 'vitest';
import { WRITING_STYLES } from './skeletons.ts';

describe('WRITING_STYLES', () => {
  test('has several ways to write each of the ten digits', () => {
    expect(WRITING_STYLES).toHaveLength(10);
    for (const styles of WRITING_STYLES) expect(styles.length).toBeGreaterThanOrEqual(8);
  });

  test('is made of strokes that keep near to the box of a digit', () => {
    for (const { strokes, weight } of WRITING_STYLES.flat()) {
      expect(weight).toBeGreaterThan(0);
      for (const stroke of strokes) {
        expect(stroke.length).toBeGreaterThanOrEqual(2);
        for (const { x, y } of stroke) {
          expect(x >= -0.2 && x <= 1.1 && y >= -0.1 && y <= 1.1).toBe(true);
        }
      }
    }
  });
});
