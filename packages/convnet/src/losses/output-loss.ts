/**
 * Losses that look at each output alone: a sample's loss is the mean over its outputs of a function
 * of output and target.
 *
 *     loss[n] = Σ_k f(output[n,k], target[n,k]) / K        dOutput = scale · f′ / K
 */
import { math, Tensor, type Expression } from '@convnet/tensor';
import { TargetError, type Loss, type PreparedTargets, type Targets } from './loss.ts';
import { checkWidth } from './tensor-targets.ts';

const { multiply } = math;

/** What tells such losses apart. */
export interface OutputLossSpec extends Pick<Loss, 'name' | 'activation' | 'fromLogits'> {
  /** f, of the output, operand 0, and the target, operand 1. */
  readonly value: Expression;
  /** f′, by the output. */
  readonly slope: Expression;
  /** Which targets there may be, for messages. */
  readonly expected: string;
  readonly isTarget: (target: number) => boolean;
  /** From checked targets `[N, K]`. */
  readonly prepare: (targets: Tensor) => PreparedTargets;
}

/** The loss of a spec. */
export function outputLoss(spec: OutputLossSpec): Loss {
  const { name, activation, fromLogits, value, slope } = spec;
  return {
    name,
    activation,
    fromLogits,
    prepare: (targets, width) => spec.prepare(checked(targets, width, spec)),
    compute(kernels, outputs, targets, losses, dOutputs, scale) {
      const operands = [outputs, targets as Tensor];
      const [count, width] = outputs.shape as readonly [number, number];
      kernels.rowSums([multiply(value, 1 / width)], operands, [losses.reshape([count, 1])]);
      if (dOutputs) kernels.elementwise([multiply(slope, scale / width)], operands, [dOutputs]);
    },
  };
}

/** Targets as `[N, width]`; a list of numbers is a column. */
function checked(given: Targets, width: number, { name, expected, isTarget }: OutputLossSpec) {
  const targets =
    given instanceof Tensor ? given : new Tensor(Float64Array.from(given), [given.length, 1]);
  checkWidth(targets, width, name);
  const bad = targets.data.findIndex((target) => !isTarget(target));
  if (bad < 0) return targets;
  throw new TargetError(
    `${name}: expected targets that are ${expected}; that of sample ${Math.floor(bad / width)}, output ${bad % width}, is ${targets.data[bad]!}.`,
  );
}
