/** Dropout where nothing is trained: inputs pass unchanged. `dropout.ts` has what training adds. */
import { numberOption, type Tensor } from '@convnet/tensor/inference';
import { Layer } from './layer.ts';
import type { Signal } from './signal.ts';

/** Options of `dropout`. */
export interface DropoutOptions {
  /** Share of the inputs that is dropped, 0 ≤ rate < 1. */
  readonly rate: number;
  readonly name?: string;
}

/** See the top of this file. */
export class PredictingDropout extends Layer {
  override readonly type: string = 'dropout';
  override readonly namePrefix = 'dropout';
  protected readonly rate: number;

  /** @param where - the layer's type, for messages. */
  constructor(options: DropoutOptions, where = 'dropout') {
    super(options.name);
    this.rate = numberOption(options.rate, { least: 0, below: 1 }, `${where} rate`);
  }

  protected override connect([input]: readonly [Signal]): Signal {
    return input;
  }

  override forward([input]: readonly [Tensor], _training: boolean): Tensor {
    return input;
  }

  override backward(dOutput: Tensor, needsGradient: readonly boolean[]): readonly Tensor[] {
    return this.backwardBy(undefined, {}, dOutput, needsGradient);
  }

  protected override options(): Record<string, unknown> {
    return { rate: this.rate };
  }
}
