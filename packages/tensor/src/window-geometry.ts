/**
 * Where a sliding window lies: the sizes, strides and paddings that convolution and pooling
 * share, by the rules of Keras and TensorFlow.
 *
 * Along one axis, with input length `L`, window `R`, stride `s` and dilation `d`, the window
 * covers `E = (R − 1)·d + 1` positions, and the output has
 * - `valid`: `⌊(L − E) / s⌋ + 1` positions, no padding;
 * - `same`: `⌈L / s⌉` positions; the padding needed is split evenly, an odd one has its extra
 *   position at the end (bottom, right).
 */
import { ShapeError } from './errors.ts';
import { formatShape, type Shape } from './shape.ts';

/** `valid`: the window stays inside the input. `same`: padded so that stride 1 keeps the size. */
export type Padding = 'valid' | 'same';

/** Sizes of a window that slides over `[N, H, W, C]`. */
export interface WindowGeometry {
  /** H, W: input positions. */
  readonly inputHeight: number;
  readonly inputWidth: number;
  /** P, Q: output positions. */
  readonly outputHeight: number;
  readonly outputWidth: number;
  /** R, S: window positions. */
  readonly windowHeight: number;
  readonly windowWidth: number;
  /** Input positions from one output position to the next. */
  readonly strideHeight: number;
  readonly strideWidth: number;
  /** Input positions from one window position to the next. */
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  /** Imagined positions before the first input row and column. */
  readonly padTop: number;
  readonly padLeft: number;
}

/** Options of a window that do not depend on the input; pairs are `[height, width]`. */
export interface WindowOptions {
  readonly windowSize: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly padding: Padding;
  readonly dilationRate?: readonly [number, number];
}

/**
 * Most positions that windows may cover outside the input, along each axis. None that see anything
 * of an image need so many, and kernels take memory for them.
 */
const MOST_PADDING = 2 ** 15;

/** Positions that all windows together cover along each axis, with those outside the input. */
export function coveredByWindows(g: WindowGeometry): { height: number; width: number } {
  return {
    height: (g.outputHeight - 1) * g.strideHeight + (g.windowHeight - 1) * g.dilationHeight + 1,
    width: (g.outputWidth - 1) * g.strideWidth + (g.windowWidth - 1) * g.dilationWidth + 1,
  };
}

function alongOneAxis(length: number, window: number, stride: number, rate: number, pad: Padding) {
  const extent = (window - 1) * rate + 1;
  if (pad === 'valid')
    return { positions: Math.floor((length - extent) / stride) + 1, before: 0, padding: 0 };
  const positions = Math.ceil(length / stride);
  const padding = Math.max(0, (positions - 1) * stride + extent - length);
  return { positions, before: Math.floor(padding / 2), padding };
}

/**
 * Lays the window over inputs of shape `[H, W, C]`.
 * @param where - the layer, for the message.
 * @throws ShapeError if the window does not fit into the input, or reaches far beyond it.
 */
export function windowGeometry(
  input: Shape,
  options: WindowOptions,
  where: string,
): WindowGeometry {
  const [inputHeight = 0, inputWidth = 0] = input;
  const [windowHeight, windowWidth] = options.windowSize;
  const [strideHeight, strideWidth] = options.strides;
  const [dilationHeight, dilationWidth] = options.dilationRate ?? [1, 1];
  const { padding } = options;
  const rows = alongOneAxis(inputHeight, windowHeight, strideHeight, dilationHeight, padding);
  const columns = alongOneAxis(inputWidth, windowWidth, strideWidth, dilationWidth, padding);
  if (rows.positions < 1 || columns.positions < 1) {
    throw new ShapeError(
      `${where}: expected an input of at least ${(windowHeight - 1) * dilationHeight + 1} × ${(windowWidth - 1) * dilationWidth + 1} positions for padding 'valid'; received ${formatShape(input)}. Use a smaller window or padding: 'same'.`,
    );
  }
  if (Math.max(rows.padding, columns.padding) > MOST_PADDING) {
    throw new ShapeError(
      `${where}: expected windows that reach at most ${MOST_PADDING} positions beyond an input of ${formatShape(input)}; received ${windowHeight} × ${windowWidth}, with dilation ${dilationHeight} × ${dilationWidth}. Use smaller ones.`,
    );
  }
  return {
    inputHeight,
    inputWidth,
    outputHeight: rows.positions,
    outputWidth: columns.positions,
    windowHeight,
    windowWidth,
    strideHeight,
    strideWidth,
    dilationHeight,
    dilationWidth,
    padTop: rows.before,
    padLeft: columns.before,
  };
}
