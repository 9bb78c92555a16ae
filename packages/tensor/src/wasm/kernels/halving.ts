/** Max poolings by windows of 2 × 2, apart from each other, which convolutions can do by themselves. */
import type { WindowGeometry } from '../../window-geometry.ts';

/** Whether a pooling halves images of P × Q: by windows of 2 × 2, without padding. */
export function halves(g: WindowGeometry, P: number, Q: number): boolean {
  return (
    [g.windowHeight, g.windowWidth, g.strideHeight, g.strideWidth].every((size) => size === 2) &&
    [g.dilationHeight, g.dilationWidth].every((rate) => rate === 1) &&
    [g.padTop, g.padLeft].every((pad) => pad === 0) &&
    g.outputHeight === Math.floor(P / 2) &&
    g.outputWidth === Math.floor(Q / 2)
  );
}
