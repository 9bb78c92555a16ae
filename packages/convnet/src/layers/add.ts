/**
 * Sum of several inputs of one shape: `output = input₁ + input₂ + …`. A residual network adds what
 * some layers make of a signal to the signal itself (He et al. 2016).
 *
 * Backward: every input has the gradient of the output.
 */
import { math, type Tensor } from '@convnet/tensor';
import type { Signal } from './signal.ts';
import { MergeLayer } from './merge-layer.ts';
import { sameShapeInputs } from './merged-inputs.ts';
import { layerOf } from './options.ts';

/** The layer that {@link add} makes. */
export class Add extends MergeLayer {
  override readonly type = 'add';
  override readonly namePrefix = 'add';

  protected override connect(inputs: readonly Signal[]): Signal {
    return sameShapeInputs(inputs, this.label);
  }

  override forward(inputs: readonly Tensor[]): Tensor {
    const [N, ...sample] = inputs[0]!.shape;
    const output = this.workspace.tensor('output', N!, sample);
    this.kernels.elementwise({ inputs }, (each) => ({ output: math.sum(each.inputs) }), { output });
    return output;
  }

  override backward(dOutput: Tensor, needsGradient: readonly boolean[]): readonly Tensor[] {
    return needsGradient.map(() => dOutput);
  }

  protected override options(): Record<string, unknown> {
    return {};
  }
}

/**
 * A layer that adds up its inputs, which have one shape.
 *
 * @example
 * ```ts
 * const y = layers.add().apply([a, b]); // [N, 14, 14, 8], [N, 14, 14, 8] → [N, 14, 14, 8]
 * ```
 */
export function add(options: { readonly name?: string } = {}): Add {
  return layerOf(options, () => new Add(options.name));
}
