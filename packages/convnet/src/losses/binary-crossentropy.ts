/**
 * Cross-entropy of outputs that each say yes or no, fused with the sigmoid before it:
 *
 *     loss[n] = Σ_k −(t · log σ(z) + (1 − t) · log(1 − σ(z))) / K      z = logits[n,k], t = target[n,k]
 *             = Σ_k ((1 − t) · max(z, 0) + t · max(−z, 0) + log(1 + exp(−|z|))) / K
 *
 * The second form is exact where a probability is tiny, and, with 0 · ∞ taken for 0, at z = ±∞.
 */
import { math, type Expression } from '@convnet/tensor';
import { logistic } from '../layers/sigmoid.ts';
import { crossentropyOptions, type CrossentropyOptions, type Loss } from './loss.ts';
import { outputLoss } from './output-loss.ts';

const { abs, add, exp, log, maximum, selectGreater, subtract } = math;

/** `part · whole`, and 0 where `part` is, whatever `whole` may be. */
const share = (part: Expression, whole: Expression): Expression =>
  selectGreater(part, 0, part.times(whole), 0);

/**
 * The loss of networks whose outputs are probabilities, each for itself: one, or several that may
 * be true together. Targets are 0 and 1, or between, `[N, K]`; for one output also a list. With
 * `labelSmoothing` ε they are `target · (1 − ε) + ε / 2`. An output is right if it is on the same side of
 * 0.5 as its target; metrics count outputs, as two classes.
 *
 * @example
 * ```ts
 * const layers = [flatten(), dense({ units: 1 }), sigmoid()];
 * const even = sequential({ inputShape: [28, 28, 1], layers });
 * even.compile({ optimizer: 'adam', loss: binaryCrossentropy() });
 * ```
 */
export function binaryCrossentropy(options: CrossentropyOptions = {}): Loss {
  const name = 'binaryCrossentropy';
  const { fromLogits, labelSmoothing: epsilon } = crossentropyOptions(options, name);
  return outputLoss({
    name,
    value: ({ output: z, target: t }) =>
      share(subtract(1, t), maximum(z, 0))
        .plus(share(t, maximum(subtract(0, z), 0)))
        .plus(log(add(1, exp(subtract(0, abs(z)))))),
    slope: ({ output: z, target: t }) => logistic(z).minus(t),
    isBinary: true,
    fromLogits,
    map: epsilon === 0 ? undefined : (share) => share * (1 - epsilon) + epsilon / 2,
  });
}
