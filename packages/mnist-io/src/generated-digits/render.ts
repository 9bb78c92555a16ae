/**
 * Draws a pen's path, anti-aliased, without allocating.
 *
 * A pixel whose centre has distance d to the path is covered by 1/2 + (r − d) / softness, kept
 * within 0 … 1, where r is half the line's width there; of several pieces the strongest counts.
 */
import type { PenPath } from './pen-path.ts';

/**
 * Draws the path into `ink`, a square of `size` × `size` bytes, 0 blank to 255 covered.
 *
 * @param path - in pixels; (0, 0) is the outer corner of the first pixel.
 * @param softness - pixels over which an edge fades; 1 is what exact coverage gives.
 * @param ink - overwritten.
 */
export function renderPath(path: PenPath, softness: number, size: number, ink: Uint8Array): void {
  ink.fill(0);
  for (let point = 1; point < path.length; point++) {
    if (path.isStart[point] === 0) renderPiece(path, point, softness, size, ink);
  }
}

/** Draws the straight piece that leads to `point`. */
function renderPiece(
  path: PenPath,
  point: number,
  softness: number,
  size: number,
  ink: Uint8Array,
): void {
  const ax = path.x[point - 1]!;
  const ay = path.y[point - 1]!;
  const alongX = path.x[point]! - ax;
  const alongY = path.y[point]! - ay;
  const startRadius = path.radius[point - 1]!;
  const growth = path.radius[point]! - startRadius;
  const lengthSquared = alongX * alongX + alongY * alongY;
  const scale = lengthSquared > 0 ? 1 / lengthSquared : 0;
  const reach = Math.max(startRadius, startRadius + growth) + softness / 2;

  // Pixel i has its centre at i + 1/2.
  const left = Math.max(0, Math.ceil(Math.min(ax, ax + alongX) - reach - 0.5));
  const right = Math.min(size - 1, Math.floor(Math.max(ax, ax + alongX) + reach - 0.5));
  const top = Math.max(0, Math.ceil(Math.min(ay, ay + alongY) - reach - 0.5));
  const bottom = Math.min(size - 1, Math.floor(Math.max(ay, ay + alongY) + reach - 0.5));
  for (let row = top; row <= bottom; row++) {
    const dy = row + 0.5 - ay;
    for (let column = left; column <= right; column++) {
      const dx = column + 0.5 - ax;
      const projection = (dx * alongX + dy * alongY) * scale;
      const t = projection < 0 ? 0 : projection > 1 ? 1 : projection;
      const offX = dx - t * alongX;
      const offY = dy - t * alongY;
      const distanceSquared = offX * offX + offY * offY;
      if (distanceSquared >= reach * reach) continue;
      const radius = startRadius + growth * t;
      const coverage = 0.5 + (radius - Math.sqrt(distanceSquared)) / softness;
      const value = coverage >= 1 ? 255 : coverage <= 0 ? 0 : Math.round(255 * coverage);
      const position = row * size + column;
      if (value > ink[position]!) ink[position] = value;
    }
  }
}
