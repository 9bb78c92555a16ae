/**
 * A fully connected layer through a narrow middle, which has fewer weights than a wide one:
 *
 *     middle[n,r] = Σ_c input[n,c] · down[r,c]      output[n,k] = Σ_r middle[n,r] · up[k,r]
 *
 *     input [N, C]   down [rank, C]   up [units, rank]   output [N, units]
 *
 * Backward: dUp = dOutputᵀ · middle, dMiddle = dOutput · up, dDown = dMiddleᵀ · input,
 * dInput = dMiddle · down.
 */
import {
  Layer,
  positiveInteger,
  ShapeError,
  type LayerConfig,
  type Parameter,
  type Signal,
  type Tensor,
} from '@convnet/convnet';

/** Options of {@link LowRankDense}. */
export interface LowRankDenseOptions {
  readonly units: number;
  readonly rank: number;
  readonly name?: string;
}

/** See the top of this file. */
export class LowRankDense extends Layer {
  static readonly type = 'lowRankDense';
  override readonly type = LowRankDense.type;
  override readonly namePrefix = 'lowRank';
  readonly #units: number;
  readonly #rank: number;
  #down!: Parameter;
  #up!: Parameter;
  #input!: Tensor;
  #middle!: Tensor;

  /** What a file says may be of any type: the constructor checks it. */
  static fromConfig(config: LayerConfig): LowRankDense {
    return new LowRankDense(config as unknown as LowRankDenseOptions);
  }

  constructor(options: LowRankDenseOptions) {
    super(options.name);
    this.#units = positiveInteger(options.units, 'lowRankDense units');
    this.#rank = positiveInteger(options.rank, 'lowRankDense rank');
  }

  protected override connect([{ shape }]: readonly [Signal]): Signal {
    if (shape.length !== 1) throw new ShapeError(`${this.label}: expected input [N, C].`);
    const [C, rank, units] = [shape[0]!, this.#rank, this.#units];
    const initializer = 'glorotUniform';
    this.#down = this.addParameter({
      name: 'down',
      shape: [rank, C],
      initializer,
      fanIn: C,
      fanOut: rank,
    });
    this.#up = this.addParameter({
      name: 'up',
      shape: [units, rank],
      initializer,
      fanIn: rank,
      fanOut: units,
    });
    return { shape: [units] };
  }

  override multiplyAdds(): number {
    return this.#down.value.size + this.#up.value.size;
  }

  override forward([input]: readonly [Tensor]): Tensor {
    const N = input.shape[0]!;
    const middle = this.workspace.tensor('middle', N, [this.#rank]);
    const output = this.workspace.tensor('output', N, [this.#units]);
    this.kernels.matMul({ a: input, b: this.#down.value, output: middle, transposeB: true });
    this.kernels.matMul({ a: middle, b: this.#up.value, output, transposeB: true });
    this.#input = input;
    this.#middle = middle;
    return output;
  }

  override backward(dOutput: Tensor, [needsInputGradient]: readonly [boolean]): readonly [Tensor] {
    const kernels = this.trainingKernels;
    const [input, middle] = [this.#input, this.#middle];
    const [N, C] = input.shape as [number, number];
    const dMiddle = this.workspace.tensor('dMiddle', N, [this.#rank]);
    const dInput = this.workspace.tensor('dInput', N, [C]);
    const added = { transposeA: true, accumulate: true };
    kernels.matMul({ a: dOutput, b: middle, output: this.#up.gradient, ...added });
    kernels.matMul({ a: dOutput, b: this.#up.value, output: dMiddle });
    kernels.matMul({ a: dMiddle, b: input, output: this.#down.gradient, ...added });
    if (needsInputGradient) kernels.matMul({ a: dMiddle, b: this.#down.value, output: dInput });
    return [dInput];
  }

  protected override options(): Record<string, unknown> {
    return { units: this.#units, rank: this.#rank };
  }
}
