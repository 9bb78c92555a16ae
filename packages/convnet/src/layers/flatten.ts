/**
 * Lays the elements of each sample in a row: `[N, H, W, C]` becomes `[N, H·W·C]`, in row-major
 * order. Nothing moves in memory, forward or backward.
 */
import { sizeOf, type Shape, type Tensor } from '@convnet/tensor/inference';
import { Layer } from './layer.ts';
import type { Signal } from './signal.ts';
import { layerOf } from './options.ts';

/** The layer that {@link flatten} makes. */
export class Flatten extends Layer {
  override readonly type = 'flatten';
  override readonly namePrefix = 'flatten';
  #inputShape!: Shape;

  protected override connect([input]: readonly [Signal]): Signal {
    this.#inputShape = input.shape;
    const shape = [sizeOf(input.shape)];
    return input.shape.length === 3 ? { shape, flattenedFrom: input.shape } : { ...input, shape };
  }

  override get activationSize(): number {
    return 0;
  }

  override forward([input]: readonly [Tensor]): Tensor {
    return input.reshape([input.shape[0]!, sizeOf(this.#inputShape)]);
  }

  override backward(dOutput: Tensor): readonly [Tensor] {
    return [dOutput.reshape([dOutput.shape[0]!, ...this.#inputShape])];
  }

  protected override options(): Record<string, unknown> {
    return {};
  }
}

/** A layer that flattens each sample to one axis. */
export function flatten(options: { readonly name?: string } = {}): Flatten {
  return layerOf(options, () => new Flatten(options.name));
}
