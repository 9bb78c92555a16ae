/**
 * Rectified linear unit: `output = max(0, input)`, for any shape.
 *
 * Backward: `dInput = dOutput` where the output is positive, else 0.
 */
import type { Tensor } from '@convnet/tensor';
import { Layer } from './layer.ts';
import type { Signal } from './signal.ts';

/** The layer that {@link relu} makes. */
export class Relu extends Layer {
  override readonly type = 'relu';
  override readonly namePrefix = 'relu';
  #output!: Tensor;

  protected override connect([input]: readonly [Signal]): Signal {
    return input;
  }

  override forward([input]: readonly [Tensor]): Tensor {
    const [N, ...sample] = input.shape;
    this.#output = this.workspace.tensor('output', N!, sample);
    this.kernels.relu(input, this.#output);
    return this.#output;
  }

  override backward(dOutput: Tensor): readonly [Tensor] {
    const [N, ...sample] = dOutput.shape;
    const dInput = this.workspace.tensor('dInput', N!, sample);
    this.trainingKernels.reluGradient(this.#output, dOutput, dInput);
    return [dInput];
  }

  override branches(): Int32Array {
    return Int32Array.from(this.#output.data, (value) => (value > 0 ? 1 : 0));
  }

  protected override options(): Record<string, unknown> {
    return {};
  }
}

/** A ReLU layer; the input may have any shape. */
export function relu(options: { readonly name?: string } = {}): Relu {
  return new Relu(options.name);
}
