import { describe, expect, it } from 'vitest';
import { WRITING_STYLES } from './skeletons.ts';

describe('WRITING_STYLES', () => {
  it('has at least one way to write each of the ten digits', () => {
    expect(WRITING_STYLES).toHaveLength(10);
    for (const styles of WRITING_STYLES) expect(styles.length).toBeGreaterThanOrEqual(1);
  });

  it('keeps to the box, and to the room that the writer has', () => {
    for (const { strokes, weight } of WRITING_STYLES.flat()) {
      expect(weight).toBeGreaterThan(0);
      for (const stroke of strokes) {
        expect(stroke.length).toBeGreaterThanOrEqual(2);
        expect(stroke.length).toBeLessThanOrEqual(32);
        for (const { x, y } of stroke) {
          expect(x >= 0 && x <= 0.7 && y >= 0 && y <= 1).toBe(true);
        }
      }
    }
  });
});
