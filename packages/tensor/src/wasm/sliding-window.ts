/** Windows that slide over images: what convolution and its gradients have in common. */
import type { Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import type { WindowGeometry } from '../window-geometry.ts';
import type { EmittedFunctions } from './emitted-functions.ts';

/** Window positions along one axis that inputs must exist for. */
const reach = (positions: number, stride: number, window: number, dilation: number): number =>
  (positions - 1) * stride + (window - 1) * dilation + 1;

/** What a window slides over, once padding is laid around it: `[N, height, width, channels]`. */
export interface Field {
  readonly address: number;
  readonly height: number;
  readonly width: number;
}

/** Whether no window reaches beyond the input. */
export function staysInside(g: WindowGeometry): boolean {
  return (
    g.padTop === 0 &&
    g.padLeft === 0 &&
    reach(g.outputHeight, g.strideHeight, g.windowHeight, g.dilationHeight) <= g.inputHeight &&
    reach(g.outputWidth, g.strideWidth, g.windowWidth, g.dilationWidth) <= g.inputWidth
  );
}

/** The input with its padding around it; the input itself if there is none. */
export function padded(emitted: EmittedFunctions, input: Tensor, g: WindowGeometry): Field {
  const [N, H, W, C] = input.shape as [number, number, number, number];
  const height = reach(g.outputHeight, g.strideHeight, g.windowHeight, g.dilationHeight);
  const width = reach(g.outputWidth, g.strideWidth, g.windowWidth, g.dilationWidth);
  if (g.padTop === 0 && g.padLeft === 0 && height <= H && width <= W) {
    return { address: input.data.byteOffset, height: H, width: W };
  }
  const key = `padded ${input.shape.join()} ${JSON.stringify(g)}`;
  const address = emitted.scratchFor(key, N * height * width * C);
  const rows = Math.min(H, height - g.padTop);
  const columns = Math.min(W, width - g.padLeft);
  emitted.copy(
    [
      { count: N, from: H * W * C, to: height * width * C },
      { count: rows, from: W * C, to: width * C },
      { count: columns * C, from: 1, to: 1 },
    ],
    input.data.byteOffset,
    address + (g.padTop * width + g.padLeft) * C * Float32Array.BYTES_PER_ELEMENT,
  );
  return { address, height, width };
}

/** The output gradients at the input positions where their windows end, zeros between. */
export function spread(emitted: EmittedFunctions, dOutput: Tensor, g: WindowGeometry): Field {
  const [N, P, Q, K] = dOutput.shape as [number, number, number, number];
  const belowWindow = (g.windowHeight - 1) * g.dilationHeight;
  const besideWindow = (g.windowWidth - 1) * g.dilationWidth;
  const height = g.inputHeight + belowWindow;
  const width = g.inputWidth + besideWindow;
  const key = `spread ${dOutput.shape.join()} ${JSON.stringify(g)}`;
  const address = emitted.scratchFor(key, N * height * width * K);
  const first = (belowWindow - g.padTop) * width + besideWindow - g.padLeft;
  emitted.copy(
    [
      { count: N, from: P * Q * K, to: height * width * K },
      { count: P, from: Q * K, to: g.strideHeight * width * K },
      ...(g.strideWidth === 1
        ? [{ count: Q * K, from: 1, to: 1 }]
        : [
            { count: Q, from: K, to: g.strideWidth * K },
            { count: K, from: 1, to: 1 },
          ]),
    ],
    dOutput.data.byteOffset,
    address + first * K * Float32Array.BYTES_PER_ELEMENT,
  );
  return { address, height, width };
}

/** Slides a kernel `[R, S, C, K]` over a field; writes `[N, P, Q, K]`. */
export function slide(
  emitted: EmittedFunctions,
  { address, height, width }: Field,
  kernel: number,
  bias: number | undefined,
  output: Tensor,
  kernelShape: Shape,
  g: WindowGeometry,
): void {
  const [N, P, Q, K] = output.shape as [number, number, number, number];
  const [R, S, C] = kernelShape as [number, number, number];
  const row = width * C;
  const isDense = g.dilationWidth === 1;
  emitted.contract(
    {
      outer: [
        { count: N, a: height * row, b: 0, c: P * Q * K },
        { count: P, a: g.strideHeight * row, b: 0, c: Q * K },
      ],
      rows: { count: Q, a: g.strideWidth * C, c: K },
      columns: K,
      reduction: [
        { count: R, a: g.dilationHeight * row, b: S * C * K },
        ...(isDense
          ? [{ count: S * C, a: 1, b: K }]
          : [
              { count: S, a: g.dilationWidth * C, b: C * K },
              { count: C, a: 1, b: K },
            ]),
      ],
      start: bias === undefined ? 'zero' : 'bias',
    },
    [address, kernel, output.data.byteOffset],
    bias,
  );
}
