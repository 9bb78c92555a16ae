/** Networks that branch, for tests: a residual one, and one that joins branches in every way. */
import {
  concatenate,
  conv2d,
  dense,
  dropout,
  flatten,
  functional,
  layers,
  maxPooling2d,
  relu,
  reshape,
  softmax,
  type Model,
  type Shape,
  type TrainableOptions,
} from '../src/index.ts';

/** What a residual network is made of. */
interface ResidualOptions extends TrainableOptions {
  readonly inputShape: Shape;
  /** Filters of the convolutions, stage by stage; each stage but the first halves the image. */
  readonly filters: readonly number[];
  /** Blocks of two convolutions in each stage. */
  readonly blocks: number;
  readonly classes: number;
}

/**
 * A residual network (He et al. 2016, section 4.2) without normalization: in each block, two
 * convolutions compute what is added to the block's input.
 */
export function residualNetwork(options: ResidualOptions): Model {
  const { inputShape, filters, blocks, classes, ...others } = options;
  const conv = (K: number, kernelSize: number, strides = 1) =>
    conv2d({ filters: K, kernelSize, strides, padding: 'same', kernelInitializer: 'heNormal' });
  const x = layers.input({ shape: inputShape });
  let y = relu().apply(conv(filters[0]!, 3).apply(x));
  for (const [stage, K] of filters.entries()) {
    for (let block = 0; block < blocks; block++) {
      const strides = stage > 0 && block === 0 ? 2 : 1;
      const z = conv(K, 3).apply(relu().apply(conv(K, 3, strides).apply(y)));
      const shortcut = strides === 1 ? y : conv(K, 1, strides).apply(y);
      y = relu().apply(layers.add().apply([z, shortcut]));
    }
  }
  const logits = dense({ units: classes }).apply(flatten().apply(y));
  return functional({ ...others, inputs: x, outputs: softmax().apply(logits) });
}

/** Every merging layer; tensors and the input with several readers; views; odd sizes. */
export function knottyNetwork(options: TrainableOptions): Model {
  const same = { kernelSize: 3, padding: 'same' } as const;
  const x = layers.input({ shape: [11, 10, 3] });
  const a = conv2d({ filters: 5, ...same }).apply(x);
  const b = relu().apply(a);
  const c = layers.add().apply([a, b, conv2d({ filters: 5, kernelSize: 1 }).apply(x), a]);
  const d = layers.multiply().apply([b, relu().apply(c), conv2d({ filters: 5, ...same }).apply(c)]);
  const pooled = maxPooling2d({ poolSize: 3, strides: 1, padding: 'same' }).apply(c);
  const e = concatenate().apply([d, x, pooled]);
  const f = relu().apply(conv2d({ filters: 6, kernelSize: 3, strides: 2 }).apply(e));
  const flat = flatten().apply(f);
  const g = dense({ units: 7 }).apply(dropout({ rate: 0.3 }).apply(flat));
  const h = concatenate({ axis: 1 }).apply([g, relu().apply(dense({ units: 9 }).apply(flat))]);
  const i = conv2d({ filters: 4, ...same }).apply(reshape({ targetShape: [2, -1, 2] }).apply(h));
  const logits = dense({ units: 4 }).apply(reshape({ targetShape: [32] }).apply(i));
  return functional({ ...options, inputs: x, outputs: softmax().apply(logits) });
}
