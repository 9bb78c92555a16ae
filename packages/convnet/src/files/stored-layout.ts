/** Moves parameters between the layout they are computed in and the one of their file. */
import { sizeOf, stridesOf, Tensor } from '@convnet/tensor';
import type { StoredLayout } from '../layers/layer.ts';

/**
 * For each element of the file's layout, in order, its index in memory: the axes of `view` are
 * walked in the order `axes`.
 */
function sourceIndices({ view, axes }: StoredLayout): Uint32Array {
  const strides = stridesOf(view);
  const indices = new Uint32Array(sizeOf(view));
  let written = 0;
  const walk = (depth: number, index: number): void => {
    if (depth === axes.length) {
      indices[written++] = index;
      return;
    }
    const axis = axes[depth]!;
    for (let i = 0; i < view[axis]!; i++) walk(depth + 1, index + i * strides[axis]!);
  };
  walk(0, 0);
  return indices;
}

/** A copy of `value` as it lies in the file. */
export function toStored(value: Tensor, layout: StoredLayout): Tensor {
  const stored = Tensor.zeros(layout.shape, value.dtype);
  sourceIndices(layout).forEach((from, to) => (stored.data[to] = value.data[from]!));
  return stored;
}

/** Fills `value` from a tensor of the file. */
export function fromStored(stored: Tensor, layout: StoredLayout, value: Tensor): void {
  sourceIndices(layout).forEach((to, from) => (value.data[to] = stored.data[from]!));
}
