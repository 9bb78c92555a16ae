/**
 * Losses that look at each output alone: a sample's loss is the mean over its outputs of a function
 * of output and target.
 *
 *     loss[n] = Σ_k f(output[n,k], target[n,k]) / K        dOutput = scale · f′ / K
 */
import { checkOptions, isList, isTensor, shown, Tensor, type Expression } from '@convnet/tensor';
import { TargetError, type Loss, type Targets } from './loss.ts';
import { checkWidth, tensorTargets } from './tensor-targets.ts';

/** The variables of a loss of one output. */
export interface OutputLossTerms {
  readonly output: Expression;
  readonly target: Expression;
}

/** Options of {@link outputLoss}. */
export interface OutputLossOptions {
  readonly name: string;
  /** f, of an output and its target. */
  readonly value: (terms: OutputLossTerms) => Expression;
  /** The derivative of f with respect to the output. */
  readonly slope: (terms: OutputLossTerms) => Expression;
  /**
   * Outputs are logits of yes and no, and targets from 0 to 1: the network ends with a sigmoid, which
   * f contains, and each output counts as right or wrong. Default false: outputs are any numbers, as
   * the last layer gives them.
   */
  readonly isBinary?: boolean;
  /** With `isBinary`: the network ends without the sigmoid; default false. */
  readonly fromLogits?: boolean;
  /** The output that the network should give for a target; default the target itself. */
  readonly map?: ((target: number) => number) | undefined;
}

/**
 * A loss that is the mean over the outputs of a function of output and target. Targets are `[N, K]`,
 * for a network of one output also a list of numbers.
 *
 * @example
 * ```ts
 * const squared = outputLoss({
 *   name: 'squared',
 *   value: ({ output, target }) => math.square(output.minus(target)),
 *   slope: ({ output, target }) => output.minus(target).times(2),
 * });
 * ```
 */
export function outputLoss(options: OutputLossOptions): Loss {
  checkOptions(options, 'name value slope isBinary fromLogits map', 'outputLoss');
  const { name, value, slope, isBinary = false, fromLogits = false, map } = options;
  return {
    name,
    activation: isBinary ? 'sigmoid' : undefined,
    fromLogits,
    prepare(given, width) {
      const targets = checked(given, width, name, isBinary);
      const isYes = (target: number): number => (target > 0.5 ? 1 : 0);
      return tensorTargets({
        targets,
        map,
        judges: isBinary ? 'outputs' : 'nothing',
        labels: isBinary ? Int32Array.from(targets.data, isYes) : new Int32Array(0),
        classCount: isBinary ? 2 : 0,
      });
    },
    compute(kernels, outputs, targets, losses, dOutputs, scale) {
      const operands = { output: outputs, target: targets as Tensor };
      const [N, K] = outputs.shape as readonly [number, number];
      const sums = { loss: losses.reshape([N, 1]) };
      kernels.rowSums(operands, (terms) => ({ loss: value(terms).times(1 / K) }), sums);
      if (!dOutputs) return;
      kernels.elementwise(operands, (terms) => ({ dOutputs: slope(terms).times(scale / K) }), {
        dOutputs,
      });
    },
  };
}

/** Targets as `[N, width]`; a list of numbers is a column. */
function checked(given: Targets, width: number, loss: string, isBinary: boolean): Tensor {
  if (!isTensor(given) && !isList(given)) {
    throw new TargetError(`${loss}: expected targets [N, ${width}]; received ${shown(given)}.`);
  }
  const targets = isTensor(given) ? given : new Tensor(Float64Array.from(given), [given.length, 1]);
  checkWidth(targets, width, loss);
  const fits = isBinary ? (target: number) => target >= 0 && target <= 1 : Number.isFinite;
  const bad = targets.data.findIndex((target) => !fits(target));
  if (bad < 0) return targets;
  const expected = isBinary ? 'from 0 to 1' : 'finite numbers';
  throw new TargetError(
    `${loss}: expected targets that are ${expected}; that of sample ${Math.floor(bad / width)}, output ${bad % width}, is ${targets.data[bad]!}.`,
  );
}
