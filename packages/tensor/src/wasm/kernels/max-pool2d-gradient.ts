/**
 * The gradient of max pooling. Where windows do not overlap, every input is in at most one of
 * them, so the gradient is written window by window, four channels at a time; else, and where
 * windows are large, it is added, number by number, where the winners were.
 */
import { operand } from '../../expression.ts';
import { math } from '../../math.ts';
import { Tensor } from '../../tensor.ts';
import type { WindowGeometry } from '../../window-geometry.ts';
import type { Code, Local } from '../emit/code.ts';
import { emitFinish, type Finish } from '../emit/contraction.ts';
import { elementwiseOverSamples } from './elementwise.ts';
import { everyWindowSees } from './max-pool2d.ts';
import { staysInside } from './sliding-window.ts';
import { FLOAT, LANES, loadVector, storeVector } from '../emit/vector-access.ts';
import { sampleAddress, spanOf, type SampleWork, type Span, type Winners } from '../run/work.ts';

interface PoolingGradient {
  readonly samples: number;
  readonly channels: number;
  readonly geometry: WindowGeometry;
  readonly finish?: Finish | undefined;
}

const windowsAreApart = (g: WindowGeometry): boolean =>
  staysInside(g) &&
  g.dilationHeight === 1 &&
  g.dilationWidth === 1 &&
  g.strideHeight >= g.windowHeight &&
  g.strideWidth >= g.windowWidth;

/** Windows of more positions than this have their winners looked up. */
const LARGEST_BY_WINDOW = 36;

const windowsCover = (g: WindowGeometry): boolean =>
  g.strideHeight === g.windowHeight &&
  g.strideWidth === g.windowWidth &&
  g.outputHeight * g.strideHeight === g.inputHeight &&
  g.outputWidth * g.strideWidth === g.inputWidth;

/** Emits `(dOutput, positions, dInput, base, gate)`; winners are counted from `base`. */
function emitByWindow(code: Code, spec: PoolingGradient): void {
  const { samples, channels, geometry: g, finish } = spec;
  const [dOutput, positions, dInput, base, gate] = code.parameters as [
    Local,
    Local,
    Local,
    Local,
    Local,
  ];
  const pixel = channels * FLOAT;
  const row = g.inputWidth * pixel;
  const [from, position, sample] = [code.local('i32'), code.local('i32'), code.local('i32')];
  const [atRow, at, toGate, atGate] = [0, 1, 2, 3].map(() => code.local('i32')) as [
    Local,
    Local,
    Local,
    Local,
  ];
  const index = code.local('i32');
  const [gradient, winner, share] = [0, 1, 2].map(() => code.local('v128')) as [
    Local,
    Local,
    Local,
  ];
  const group = (width: number): void => {
    // The base lies where dInput would have its first sample, whichever of them this call begins at.
    code.get(at).get(base).op('i32Sub').i32(2).op('i32ShrU').set(index);
    loadVector(code, from, 0, width);
    code.set(gradient);
    loadVector(code, position, 0, width);
    code.set(winner);
    if (finish) code.get(at).get(toGate).op('i32Add').set(atGate);
    for (let r = 0; r < g.windowHeight; r++) {
      for (let s = 0; s < g.windowWidth; s++) {
        const offset = (r * g.inputWidth + s) * channels;
        code.get(index).op('i32x4Splat');
        code.i32x4([offset, offset + 1, offset + 2, offset + 3]).op('i32x4Add');
        code.get(winner).op('i32x4Eq').get(gradient).op('v128And').set(share);
        emitFinish(code, finish, share, () => {
          loadVector(code, atGate, offset * FLOAT, width);
        });
        storeVector(code, at, offset * FLOAT, width, share);
      }
    }
    for (const pointer of [at, from, position]) code.advance(pointer, width * FLOAT);
  };
  code.assign(from, dOutput).assign(position, positions).assign(sample, dInput);
  code.get(gate).get(dInput).op('i32Sub').set(toGate);
  code.repeat(samples, () => {
    if (!windowsCover(g)) code.get(sample).zeroBytes(g.inputHeight * row);
    code.assign(atRow, sample);
    code.repeat(g.outputHeight, () => {
      code.assign(at, atRow);
      code.repeat(g.outputWidth, () => {
        code.repeat(Math.floor(channels / LANES), () => {
          group(LANES);
        });
        if (channels % LANES > 0) group(channels % LANES);
        code.advance(at, (g.strideWidth - 1) * pixel);
      });
      code.advance(atRow, g.strideHeight * row);
    });
    code.advance(sample, g.inputHeight * row);
  });
}

/** Emits `(dOutput, positions, dInput, base)`. */
function emitByWinner(code: Code, { samples, channels, geometry: g }: PoolingGradient): void {
  const [dOutput, positions, dInput, base] = code.parameters as [Local, Local, Local, Local];
  const [from, position, to] = [code.local('i32'), code.local('i32'), code.local('i32')];
  code.assign(from, dOutput).assign(position, positions);
  code.get(dInput).zeroBytes(samples * g.inputHeight * g.inputWidth * channels * FLOAT);
  code.repeat(samples * g.outputHeight * g.outputWidth * channels, () => {
    code.get(position).access('i32Load', 0).i32(2).op('i32Shl').get(base).op('i32Add').set(to);
    code.get(to).get(to).access('f32Load', 0).get(from).access('f32Load', 0).op('f32Add');
    code.access('f32Store', 0);
    code.advance(from, FLOAT).advance(position, FLOAT);
  });
}

/** Inputs for each window, at least, of which a gradient is worth making a list of winners. */
const FEWEST_INPUTS = 3;

/** The gradient as winners, if windows are apart and most inputs win nothing. */
function winnersOf(
  dOutput: Tensor,
  positions: Int32Array,
  dInput: Tensor,
  g: WindowGeometry,
): SampleWork['winners'] {
  const isSparse = FEWEST_INPUTS * dOutput.size <= dInput.size;
  if (!isSparse || !windowsAreApart(g)) return undefined;
  const winners = (gradients: Tensor): Winners => ({
    gradients,
    positions: spanOf(positions),
    pooling: g,
  });
  return {
    ...winners(dOutput),
    gatedBy(pooled) {
      const { shape, size } = dOutput;
      // The memory of what need not be written any more.
      const gated = new Tensor(dInput.data.subarray(0, size), shape);
      const work = elementwiseOverSamples({
        expressions: [math.selectGreater(operand(1), 0, operand(0), 0)],
        operands: [dOutput, new Tensor(pooled.data, shape)],
        outputs: [gated],
        shape,
      });
      return { work, winners: winners(gated) };
    },
  };
}

/** The gradient of max pooling as work; none if a window lies on padding alone. */
export function maxPoolingGradientWork(
  dOutput: Tensor,
  positions: Int32Array,
  dInput: Tensor,
  geometry: WindowGeometry,
  finish?: Finish,
  gate?: Span,
  written: Span = spanOf(dInput.data),
): SampleWork | undefined {
  if (!everyWindowSees(geometry)) return undefined;
  const N = dInput.shape[0]!;
  const channels = dInput.shape[3]!;
  const [from, winners] = [spanOf(dOutput.data), spanOf(positions)];
  const isByWindow =
    windowsAreApart(geometry) && geometry.windowHeight * geometry.windowWidth <= LARGEST_BY_WINDOW;
  const sparse = isByWindow ? winnersOf(dOutput, positions, dInput, geometry) : undefined;
  return {
    kind: 'samples',
    name: 'maxPool2dGradient',
    samples: N,
    reads: [from, winners, ...(gate ? [gate] : [])],
    writes: [written],
    calls: (first, samples) => {
      const spec = { samples, channels, geometry, finish };
      const at = [from, winners, written].map((span) => sampleAddress(span, N, first));
      const gateAddress = gate ? [sampleAddress(gate, N, first)] : [0];
      return [
        {
          key: `maxPool2dGradient ${JSON.stringify(spec)}`,
          emit: (code) => {
            (isByWindow ? emitByWindow : emitByWinner)(code, spec);
          },
          values: [...at, written.address, ...gateAddress],
        },
      ];
    },
    ...(sparse && { winners: sparse }),
    ...(isByWindow && !finish
      ? {
          finishedBy: (finish: Finish, gate: Span, output: Span) =>
            maxPoolingGradientWork(dOutput, positions, dInput, geometry, finish, gate, output),
        }
      : {}),
  };
}
