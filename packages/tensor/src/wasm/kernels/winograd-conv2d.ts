/**
 * Convolution with kernels of 3 × 3 by tiles, with a quarter of the multiplications
 * (emit/winograd, ADR 14). One layer is computed so for any number of samples, or for none: what
 * it gives does not depend on the others of a batch.
 */
import type { Tensor } from '../../tensor.ts';
import type { WindowGeometry } from '../../window-geometry.ts';
import { FLOAT } from '../emit/vector-access.ts';
import { emitWinograd, winogradScratch, type TiledConvolution } from '../emit/winograd/forward.ts';
import { transformedSizes } from '../emit/winograd/kernel.ts';
import type { Engine } from '../run/engine.ts';
import { CHUNKS, stretches, type Stretch } from '../run/stretches.ts';
import {
  sampleAddress,
  type Call,
  type MaxPooling,
  type SampleWork,
  type Span,
  spanOf,
  type Work,
} from '../run/work.ts';
import { halves } from './max-pool2d.ts';
import { TiledImages } from './tiled-images.ts';
import { transformedKernel } from './transformed-kernel.ts';

/** Fits a second-level cache, and is enough to load a kernel for. */
const AT_A_TIME = { bytes: 192 * 1024, tiles: 40 };

/** A convolution by tiles. */
export interface ByTiles {
  /** `[N, H, W, C]` */
  readonly input: Tensor;
  /** What the kernel is transformed to. */
  readonly kernel: Span;
  readonly bias?: Span | undefined;
  /** K. */
  readonly filters: number;
  readonly geometry: WindowGeometry;
  readonly output: Span;
  readonly hasRelu?: boolean;
  readonly pooling?: MaxPooling | undefined;
}

/** A convolution by tiles as work; behind the work that transforms its kernel. */
export function convolutionByTiles(engine: Engine, spec: ByTiles): SampleWork {
  const { kernel, bias, output, hasRelu = false, pooling, geometry: g, filters: K } = spec;
  const [N, , , C] = spec.input.shape as [number, number, number, number];
  const [P, Q] = [g.outputHeight, g.outputWidth];
  const shrink = pooling ? 2 : 1;
  const images = new TiledImages({ ...spec, shrink }, winogradScratch, AT_A_TIME);
  const { groups, blocks } = images;
  const settings = {
    hasBias: bias !== undefined,
    hasRelu,
    pooled: pooling && { row: Q * K, sample: P * Q * K },
  };
  // Chunks, or of a single sample its parts, may be worked on at the same time.
  const parts = N === 1 ? stretches(groups.length, engine.threads.count) : stretches(N, CHUNKS);
  const memory = images.memory(engine, parts);

  const callsOf = (samples: Stretch, ofGroups: Stretch, memory: number): readonly Call[] =>
    images.inTurn(samples, memory, ({ first: sample, count }, field, scratch) =>
      blocks.map((block) => {
        const tiles: TiledConvolution = { ...images.tilesOf(count, block, ofGroups), ...settings };
        const filter = groups[ofGroups.first]!.first;
        const to = images.outputOffset(block, shrink) + filter * FLOAT;
        return {
          key: `winograd ${JSON.stringify(tiles)}`,
          emit: (code) => {
            emitWinograd(code, tiles, engine.multiplyAdd);
          },
          values: [
            field + images.inputOffset(block),
            kernel.address + transformedSizes({ channels: C, width: filter }).points * FLOAT,
            bias ? bias.address + filter * FLOAT : 0,
            sampleAddress(output, N, sample) + to,
            scratch,
            pooling ? sampleAddress(pooling.positions, N, sample) + to : 0,
            ((sample * P + block.top) * Q + block.left) * K + filter,
          ],
        };
      }),
    );
  const all = { first: 0, count: groups.length };
  return {
    kind: 'samples',
    name: 'convolution',
    samples: N,
    reads: [spanOf(spec.input.data), kernel, ...(bias ? [bias] : [])],
    writes: [output, ...(pooling ? [pooling.positions] : [])],
    calls: (first, count) => callsOf({ first, count }, all, memory(N === 1 ? 0 : first)),
    parts: {
      count: groups.length,
      calls: (first, count) => callsOf({ first: 0, count: N }, { first, count }, memory(first)),
    },
    ...(pooling || hasRelu
      ? {}
      : {
          finishedBy: (finish, _gate, output) =>
            finish === 'relu'
              ? convolutionByTiles(engine, { ...spec, hasRelu: true, output })
              : undefined,
        }),
    ...(pooling ? {} : { pooledBy: (pooling) => pooledByTiles(engine, spec, pooling) }),
  };
}

/** `output = input ∗ kernel + bias`, with the work that transforms the kernel. */
export function tiledConvolutionWork(
  engine: Engine,
  input: Tensor,
  kernel: Tensor,
  bias: Tensor | null,
  output: Tensor,
  geometry: WindowGeometry,
): Work[] {
  const [, , C, K] = kernel.shape as [number, number, number, number];
  const transformed = transformedKernel(engine, {
    span: spanOf(kernel.data),
    channels: C,
    filters: K,
    steps: { filter: 1, channel: K, tap: C * K },
    isFlipped: false,
    key: kernel.shape.join(),
  });
  const sliding = convolutionByTiles(engine, {
    input,
    kernel: transformed.span,
    bias: bias ? spanOf(bias.data) : undefined,
    filters: K,
    output: spanOf(output.data),
    geometry,
  });
  return [transformed.work, sliding];
}

/** With a max pooling behind it that halves images; none for others. */
function pooledByTiles(engine: Engine, spec: ByTiles, pooling: MaxPooling): SampleWork | undefined {
  const { outputHeight: P, outputWidth: Q } = spec.geometry;
  if (!halves(pooling.geometry, P, Q)) return undefined;
  return convolutionByTiles(engine, { ...spec, output: spanOf(pooling.output.data), pooling });
}
