/**
 * The gradient of a depthwise kernel:
 *
 *     dKernel[r, s, c] += Σ_npq input[n, h, w, c / M] · dOutput[n, p, q, c]
 *
 * Vectors run along c. The sums of as many window positions as there are registers for are formed for
 * a few rows of the output, then added to those of the rows before.
 */
import type { WindowGeometry } from '../../window-geometry.ts';
import type { Code, Local } from '../emit/code.ts';
import type { MultiplyAdd } from '../emit/contraction.ts';
import { forBlocks } from '../emit/dot-products.ts';
import { PRODUCTS_OF_BLOCK, sumsInBlocks } from '../emit/sums-in-blocks.ts';
import { FLOAT, loadVector, storeVector } from '../emit/vector-access.ts';
import { forwardRuns, windowAxes } from '../emit/window-runs.ts';
import { channelLoops, loadSpread } from '../emit/window-sums.ts';

/** The sums of one kernel gradient. */
export interface DepthwiseKernelGradient {
  readonly samples: number;
  /** Channels C·M of the output; the input has C. */
  readonly channels: number;
  readonly multiplier: number;
  readonly geometry: WindowGeometry;
  /** Whether the sums begin from 0 or from what the target holds. */
  readonly start: 'zero' | 'c';
}

/** Window positions that are summed side by side: all of a window of 3 × 3. */
const SIDE_BY_SIDE = 9;

/** Parts of an image whose sums are added up one after the other. */
const MOST_BANDS = 32;

/** `count` numbers in pieces of at most `most`. */
function pieces(count: number, most: number): { first: number; count: number }[] {
  return Array.from({ length: Math.ceil(count / most) }, (_, i) => ({
    first: i * most,
    count: Math.min(most, count - i * most),
  }));
}

/** Rows of the output that are summed up before they join others. */
export const rowsOfBand = ({ outputHeight, outputWidth }: WindowGeometry): number =>
  Math.max(Math.floor(PRODUCTS_OF_BLOCK / outputWidth), Math.ceil(outputHeight / MOST_BANDS));

/** Emits the function `(input, dOutput, target)`. */
export function emitDepthwiseKernelGradient(
  code: Code,
  spec: DepthwiseKernelGradient,
  multiplyAdd: MultiplyAdd,
): void {
  const { channels, multiplier, geometry: g } = spec;
  const [input, dOutput, target] = code.parameters as [Local, Local, Local];
  const { rows, columns } = windowAxes(g);
  const inputPixel = (channels / multiplier) * FLOAT;
  const pixel = channels * FLOAT;
  const [inputRow, row] = [g.inputWidth * inputPixel, g.outputWidth * pixel];
  const S = g.windowWidth;
  if (spec.start === 'zero') code.get(target).zeroBytes(g.windowHeight * S * pixel);
  const [samplesIn, samplesOut] = [code.copy(input), code.copy(dOutput)];
  const [value, gradient] = [code.local('v128'), code.local('v128')];
  const sums = Array.from({ length: SIDE_BY_SIDE }, () => code.local('v128'));
  const columnBlocks = pieces(S, SIDE_BY_SIDE);
  const height = Math.max(1, Math.floor(SIDE_BY_SIDE / columnBlocks[0]!.count));

  /** The window positions of `of` rows and columns, throughout one sample. */
  const windowPart = (
    ofRows: { readonly first: number; readonly count: number },
    ofColumns: { readonly first: number; readonly count: number },
  ): void => {
    const columnRuns = forwardRuns(columns, { of: ofColumns });
    for (const rowRun of forwardRuns(rows, { of: ofRows })) {
      if (rowRun.taps === 0) continue;
      const tapsOf = (taps: number, first: number) =>
        Array.from({ length: taps }, (_, i) => first + i);
      const rowTaps = tapsOf(rowRun.taps, rowRun.at);
      const sumOf = (r: number, s: number): Local =>
        sums[(r - rowRun.at) * ofColumns.count + s - ofColumns.first]!;
      const kept = rowTaps.flatMap((r) =>
        tapsOf(ofColumns.count, ofColumns.first).map((s) => ({
          sum: sumOf(r, s),
          offset: (r * S + s) * pixel,
        })),
      );
      const ofPositions = kept.map(({ sum }) => sum);
      const rowsIn = code.copy(samplesIn, rowRun.source * inputRow);
      const rowsOut = code.copy(samplesOut, rowRun.target * row);
      forBlocks(code, rowRun.count, rowsOfBand(g), (band) => {
        const [groupIn, groupOut] = [code.copy(rowsIn), code.copy(rowsOut)];
        const groupTo = code.copy(target);
        const loops = channelLoops(channels, multiplier, 1);
        for (const loop of loops) {
          code.repeat(loop.times, () => {
            for (const vector of loop.blocks.flat()) {
              const along = vector.channel * FLOAT;
              for (const sum of ofPositions) code.splat(0).set(sum);
              const terms = band * g.outputWidth;
              const blocks = sumsInBlocks(code, ofPositions, terms, PRODUCTS_OF_BLOCK);
              const [bandIn, bandOut] = [code.copy(groupIn), code.copy(groupOut)];
              const ofBand = (): void => {
                for (const run of columnRuns) {
                  if (run.taps === 0) continue;
                  const atIn = code.copy(bandIn, run.source * inputPixel);
                  const atOut = code.copy(bandOut, run.target * pixel);
                  blocks.repeat(run.count, () => {
                    loadVector(code, atOut, along, vector.width);
                    code.set(gradient);
                    for (const [i, r] of rowTaps.entries()) {
                      for (const [j, s] of tapsOf(run.taps, run.at).entries()) {
                        const offset = i * rowRun.tapStep * inputRow + j * run.tapStep * inputPixel;
                        loadSpread(code, atIn, offset, vector);
                        code.set(value);
                        multiplyAdd(code, value, gradient, sumOf(r, s));
                      }
                    }
                    code.advance(atIn, run.sourceStep * inputPixel).advance(atOut, pixel);
                  });
                }
                code.advance(bandIn, rowRun.sourceStep * inputRow).advance(bandOut, row);
              };
              blocks.repeat(band, ofBand, g.outputWidth);
              blocks.finish();
              for (const { sum, offset } of kept) {
                loadVector(code, groupTo, offset + along, vector.width);
                code.get(sum).op('f32x4Add').set(sum);
                storeVector(code, groupTo, offset + along, vector.width, sum);
              }
            }
            if (loop === loops.at(-1)) return;
            const step = loop.channels * FLOAT;
            code.advance(groupIn, step / multiplier).advance(groupOut, step);
            code.advance(groupTo, step);
          });
        }
        code.advance(rowsIn, band * rowRun.sourceStep * inputRow).advance(rowsOut, band * row);
      });
    }
  };

  code.repeat(spec.samples, () => {
    for (const ofRows of pieces(g.windowHeight, height)) {
      for (const ofColumns of columnBlocks) windowPart(ofRows, ofColumns);
    }
    code.advance(samplesIn, g.inputHeight * inputRow);
    code.advance(samplesOut, g.outputHeight * row);
  });
}
