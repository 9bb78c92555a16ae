import { expect, test } from 'vitest';
import { direction } from './direction.ts';

test('agrees with the sine and cosine of the engine', () => {
  for (let degrees = -180; degrees <= 180; degrees += 0.5) {
    const radians = (degrees * Math.PI) / 180;
    const { sine, cosine } = direction(degrees);
    expect(Math.abs(sine - Math.sin(radians))).toBeLessThan(1e-12);
    expect(Math.abs(cosine - Math.cos(radians))).toBeLessThan(1e-12);
  }
});
