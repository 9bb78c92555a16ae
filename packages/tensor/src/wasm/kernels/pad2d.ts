/** Images within larger ones as work: copies of their rows. */
import type { ImageOffset } from '../../kernels.ts';
import type { Tensor } from '../../tensor.ts';
import { copyCall } from './sliding-window.ts';
import type { CopyLoop } from '../emit/strided-copy.ts';
import { FLOAT } from '../emit/vector-access.ts';
import { clearCall, sampleAddress, spanOf, type SampleWork } from '../run/work.ts';

/** Copies an image into a larger one, at `offset`, with zeros around it; or cuts it out again. */
function copyWork(
  small: Tensor,
  large: Tensor,
  { top, left }: ImageOffset,
  pads: boolean,
): SampleWork {
  const [N, H, W, C] = small.shape as [number, number, number, number];
  const [, height, width] = large.shape as [number, number, number];
  const [inner, outer] = [spanOf(small.data), spanOf(large.data)];
  const loops = (samples: number): CopyLoop[] =>
    [
      { count: samples, inner: H * W * C, outer: height * width * C },
      { count: H, inner: W * C, outer: width * C },
      { count: W * C, inner: 1, outer: 1 },
    ].map(({ count, inner, outer }) =>
      pads ? { count, from: inner, to: outer } : { count, from: outer, to: inner },
    );
  return {
    kind: 'samples',
    name: pads ? 'pad2d' : 'crop2d',
    samples: N,
    reads: [pads ? inner : outer],
    writes: [pads ? outer : inner],
    calls: (first, count) => {
      const at = sampleAddress(inner, N, first);
      const begin = sampleAddress(outer, N, first);
      const within = begin + (top * width + left) * C * FLOAT;
      return pads
        ? [clearCall(begin, (outer.bytes / N) * count), copyCall(loops(count), at, within)]
        : [copyCall(loops(count), within, at)];
    },
  };
}

/** `input` at `offset` within zeros. */
export const padWork = (input: Tensor, output: Tensor, offset: ImageOffset): SampleWork =>
  copyWork(input, output, offset, true);

/** The part of `input` at `offset` that has the size of `output`. */
export const cropWork = (input: Tensor, output: Tensor, offset: ImageOffset): SampleWork =>
  copyWork(output, input, offset, false);
