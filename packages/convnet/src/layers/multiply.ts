/**
 * Product of several inputs of one shape, element by element: `output = input₁ ⊙ input₂ ⊙ …`. With a
 * signal that lies between 0 and 1, it is a gate for the others.
 *
 *     forward    p₁ = input₁,  pᵢ = pᵢ₋₁ ⊙ inputᵢ                 output = the last p
 *     backward   dInputᵢ = dpᵢ ⊙ pᵢ₋₁,  dpᵢ₋₁ = dpᵢ ⊙ inputᵢ      from the last; dInput₁ = dp₁
 *
 * So no input is divided by, and zeros do no harm.
 */
import type { Tensor } from '@convnet/tensor';
import type { Signal } from './signal.ts';
import { MergeLayer } from './merge-layer.ts';
import { sameShapeInputs } from './merged-inputs.ts';
import { layerOf } from './options.ts';

/** The layer that {@link multiply} makes. */
export class Multiply extends MergeLayer {
  override readonly type = 'multiply';
  override readonly namePrefix = 'multiply';
  #inputs!: readonly Tensor[];
  /** p₁, p₂, … */
  #products!: readonly Tensor[];

  protected override connect(inputs: readonly Signal[]): Signal {
    return sameShapeInputs(inputs, this.label);
  }

  override forward(inputs: readonly Tensor[]): Tensor {
    const [first, ...others] = inputs as [Tensor, ...Tensor[]];
    const products = [first];
    for (const [i, input] of others.entries()) {
      products.push(this.#product(`product ${i}`, products[i]!, input));
    }
    this.#inputs = inputs;
    this.#products = products;
    return products.at(-1)!;
  }

  override backward(dOutput: Tensor): readonly Tensor[] {
    const dInputs: Tensor[] = [];
    let dProduct = dOutput;
    for (let i = this.#inputs.length - 1; i > 0; i--) {
      dInputs.unshift(this.#product(`dInput ${i}`, dProduct, this.#products[i - 1]!));
      dProduct = this.#product(`dProduct ${i - 1}`, dProduct, this.#inputs[i]!);
    }
    return [dProduct, ...dInputs];
  }

  #product(key: string, a: Tensor, b: Tensor): Tensor {
    const [N, ...sample] = a.shape;
    const output = this.workspace.tensor(key, N!, sample);
    this.kernels.elementwise({ a, b }, (at) => ({ output: at.a.times(at.b) }), { output });
    return output;
  }

  protected override options(): Record<string, unknown> {
    return {};
  }
}

/**
 * A layer that multiplies its inputs, which have one shape, element by element.
 *
 * @example
 * ```ts
 * const y = layers.multiply().apply([signal, gate]); // [N, 8], [N, 8] → [N, 8]
 * ```
 */
export function multiply(options: { readonly name?: string } = {}): Multiply {
  return layerOf(options, () => new Multiply(options.name));
}
