/** Moves parameters between the layout they are computed in and the one of their file. */
import { stridesOf, Tensor } from '@convnet/tensor/inference';
import type { StoredLayout } from '../layers/layer-tensors.ts';

/**
 * Calls `visit` for each element, with its index in the file's layout, from 0 on, and the one in
 * memory: the axes of `view` are walked in the order `axes`.
 */
function forEachElement(
  { view, axes }: StoredLayout,
  visit: (inFile: number, inMemory: number) => void,
): void {
  const strides = stridesOf(view);
  let inFile = 0;
  const walk = (depth: number, inMemory: number): void => {
    if (depth === axes.length) {
      visit(inFile++, inMemory);
      return;
    }
    const axis = axes[depth]!;
    for (let i = 0; i < view[axis]!; i++) walk(depth + 1, inMemory + i * strides[axis]!);
  };
  walk(0, 0);
}

/** A copy of `value` as it lies in the file. */
export function toStored(value: Tensor, layout: StoredLayout): Tensor {
  const stored = Tensor.zeros(layout.shape, value.dtype);
  forEachElement(layout, (inFile, inMemory) => (stored.data[inFile] = value.data[inMemory]!));
  return stored;
}

/** Fills `value` from a tensor of the file. */
export function fromStored(stored: Tensor, layout: StoredLayout, value: Tensor): void {
  forEachElement(layout, (inFile, inMemory) => (value.data[inMemory] = stored.data[inFile]!));
}
