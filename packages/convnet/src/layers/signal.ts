/** The tensor that flows between two layers. */
import type { Shape } from '@convnet/tensor/inference';

/** The tensor that flows between two layers. */
export interface Signal {
  /** Shape of one sample, without the axis of samples: `[H, W, C]` or `[units]`. */
  readonly shape: Shape;
  /** If `shape` is a flattened `[H, W, C]`, that shape; a dense layer's file layout needs it. */
  readonly flattenedFrom?: Shape;
}
