/** The dense kernel gradient of a convolution by tiles. */
import type { Shape } from '../../shape.ts';
import type { Tensor } from '../../tensor.ts';
import type { WindowGeometry } from '../../window-geometry.ts';
import { emitKernelGradient, kernelGradientScratch } from '../emit/winograd/kernel-gradient.ts';
import type { Engine } from '../run/engine.ts';
import { CHUNKS, stretches } from '../run/stretches.ts';
import { sumWork } from '../run/sum-work.ts';
import { sampleAddress, spanOf, type SumWork } from '../run/work.ts';
import { isByTiles, type Arithmetic } from './arithmetic.ts';
import { TiledImages } from './tiled-images.ts';

/** Transforming a kernel's gradient is worth while for many tiles. */
const AT_A_TIME = { bytes: 768 * 1024, tiles: 160 };

/** Of more channels, too few tiles fit a cache for the transform of the kernel's gradient to pay. */
const MOST_CHANNELS = 64;

/** Whether a dense kernel gradient is computed by tiles. */
export const isKernelGradientByTiles = (
  arithmetic: Arithmetic,
  kernelShape: Shape,
  groups: number,
  g: WindowGeometry,
): boolean => kernelShape[2]! <= MOST_CHANNELS && isByTiles(arithmetic, kernelShape, groups, g);

/** Adds to dKernel, `[3, 3, C, K]`. */
export function kernelGradientByTiles(
  engine: Engine,
  dOutput: Tensor,
  input: Tensor,
  dKernel: Tensor,
  geometry: WindowGeometry,
): SumWork {
  const [N, , , K] = dOutput.shape as [number, number, number, number];
  const gradients = spanOf(dOutput.data);
  const images = new TiledImages({ input, filters: K, geometry }, kernelGradientScratch, AT_A_TIME);
  const memory = images.memory(engine, stretches(N, CHUNKS));
  return sumWork({
    name: 'kernelGradient',
    samples: N,
    reads: [spanOf(input.data), gradients],
    target: spanOf(dKernel.data),
    additions: images.blocks.length,
    callsOf: (first, count, into, start) =>
      images.inTurn({ first, count }, memory(first), (samples, field, scratch) =>
        images.blocks.map((block, i) => {
          const adds = start === 'c' || samples.first > first || i > 0;
          const tiles = images.tilesOf(samples.count, block);
          return {
            key: `winograd kernel gradient ${adds} ${JSON.stringify(tiles)}`,
            emit: (code) => {
              emitKernelGradient(code, tiles, adds, engine.multiplyAdd);
            },
            values: [
              field + images.inputOffset(block),
              sampleAddress(gradients, N, samples.first) + images.outputOffset(block),
              into,
              scratch,
            ],
          };
        }),
      ),
  });
}
