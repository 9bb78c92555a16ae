/**
 * `@convnet/tensor/inference/kernels`: those that networks of common layers need, and no others. What computes some convolutions
 * faster, by tiles or with the pooling behind them, is loaded for networks that have such.
 *
 * @module @convnet/tensor/inference/kernels
 */
import { engineFor, type Backend, type KernelOptions } from '../backend.ts';
import type { Operands, Outputs, Values } from '../expression-call.ts';
import { operand, type Expression } from '../expression.ts';
import { kernelsLike, kernelsOn, type KernelSet } from '../kernel-life.ts';
import type { InferenceKernels } from '../kernels.ts';
import type { Shape } from '../shape.ts';
import { isTensor, type Tensor } from '../tensor.ts';
import type { WindowGeometry } from '../window-geometry.ts';
import { coreKernels } from '../wasm/core-kernels.ts';
import { isByTiles } from '../wasm/kernels/arithmetic.ts';
import type { FasterConvolutions } from '../wasm/kernels/conv2d.ts';
import { halves } from '../wasm/kernels/max-pool2d.ts';
import { isRelu, reluWork } from '../wasm/kernels/relu.ts';
import type { Engine } from '../wasm/run/engine.ts';
import { refuse, submit } from '../wasm/run/kernel.ts';

/** The input and the output of an elementwise call that is a ReLU. */
function reluIn<O extends Operands>(
  operands: O,
  compute: (values: Values<O>) => object,
  outputs: Outputs,
): readonly [Tensor, Tensor] | undefined {
  const [[name, x], ...others] = Object.entries(operands) as [[string, unknown], ...unknown[]];
  const [[result, y]] = Object.entries(outputs) as [[string, unknown]];
  if (others.length > 0 || !isTensor(x) || !isTensor(y) || x.size !== y.size) return undefined;
  const results = compute({ [name]: operand(0) } as Values<O>) as Record<string, Expression>;
  return isRelu(results[result]!) ? [x, y] : undefined;
}

/** Those of {@link coreKernels}, and of all that is computed element by element a ReLU. */
function commonOn(engine: Engine, faster: FasterConvolutions): InferenceKernels {
  const absent = (name: string) => () => refuse(name);
  return coreKernels(
    engine,
    {},
    {
      averagePool2d: absent('averagePool2d'),
      concatenate: absent('concatenate'),
      elementwise: (operands, compute, outputs) => {
        const tensors = reluIn(operands, compute, outputs) ?? refuse('elementwise');
        submit(engine, 'elementwise', tensors, () => reluWork(...tensors), absent('elementwise'));
      },
      pad2d: absent('pad2d'),
      rowSums: absent('rowSums'),
    },
    faster,
  );
}

/** Which kernels are made. */
export interface KernelChoice extends KernelOptions {
  /** Default `auto`: the fastest that the engine runs. */
  readonly backend?: Backend | undefined;
}

/** A convolution without groups. */
interface Convolution {
  /** `[R, S, C, K]` */
  readonly kernelShape: Shape;
  readonly geometry: WindowGeometry;
}

/** Kernels for one network. */
export interface CommonKernels {
  readonly kernels: InferenceKernels;
  /**
   * Loads what `@convnet/tensor` computes these convolutions by, if max poolings lie behind them, so
   * that results are the same. To be called before the first pass.
   */
  load(convolutions: readonly Convolution[], poolings: readonly WindowGeometry[]): Promise<void>;
}

/**
 * The kernels that common networks need: activations, convolution but in groups, dense layers, max pooling,
 * softmax; in WebAssembly alone. None where that cannot run, and for the backend `reference`.
 *
 * @param like - which kernels; or kernels, such as which they are made.
 * @throws BackendError if the engine lacks what `relaxed` or `simd` need.
 * @throws OptionError if `threads` is not a whole number from 1 to 32, or `arithmetic` is unknown.
 */
export function commonKernels(like: KernelChoice | InferenceKernels): CommonKernels | undefined {
  const faster: FasterConvolutions = {};
  let isDirect = false;
  const set: KernelSet<InferenceKernels> = (engine, arithmetic) => {
    isDirect = arithmetic === 'direct';
    return commonOn(engine, faster);
  };
  const kernels = 'createTensor' in like ? kernelsLike(like, set) : made(like, set);
  return (
    kernels && {
      kernels,
      load: async (convolutions, poolings) => {
        const isTiled = ({ kernelShape, geometry }: Convolution): boolean =>
          !isDirect && isByTiles('fast', kernelShape, 1, geometry);
        const isPooled = poolings.some((g) => halves(g, g.inputHeight, g.inputWidth));
        const [byTiles, pooledSlide] = await Promise.all([
          convolutions.some(isTiled) &&
            import('../wasm/kernels/winograd-conv2d.ts').then((file) => file.tiledConvolutionWork),
          isPooled &&
            !convolutions.every(isTiled) &&
            import('../wasm/kernels/pooled-slide.ts').then((file) => file.pooledSlide),
        ]);
        if (byTiles) faster.byTiles = byTiles;
        if (pooledSlide) faster.pooledSlide = pooledSlide;
      },
    }
  );
}

function made(
  { backend = 'auto', ...options }: KernelChoice,
  set: KernelSet<InferenceKernels>,
): InferenceKernels | undefined {
  const engine = engineFor(backend, options);
  return engine && kernelsOn(engine, set, options.arithmetic);
}
