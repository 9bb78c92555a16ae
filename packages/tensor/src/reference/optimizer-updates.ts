/** How weights follow their gradient. The formulas stand beside the methods in `kernels.ts`. */
import type { AdamUpdate, SgdUpdate } from '../kernels.ts';

/** Gradient descent; with a velocity, momentum (Polyak 1964) in the form that Keras uses. */
export function sgdUpdate({ value, gradient, velocity, learningRate, momentum }: SgdUpdate): void {
  const rate = learningRate.data[0]!;
  for (let i = 0; i < value.size; i++) {
    const step = momentum * (velocity?.data[i] ?? 0) - rate * gradient.data[i]!;
    if (velocity) velocity.data[i] = step;
    value.data[i]! += step;
  }
}

/** Adam (Kingma and Ba 2015, algorithm 1). */
export function adamUpdate(update: AdamUpdate): void {
  const { value, gradient, firstMoment, secondMoment, beta1, beta2, epsilon, rates } = update;
  const [rate, secondCorrection] = rates.data as unknown as [number, number];
  for (let i = 0; i < value.size; i++) {
    const g = gradient.data[i]!;
    const m = beta1 * firstMoment.data[i]! + (1 - beta1) * g;
    const v = beta2 * secondMoment.data[i]! + (1 - beta2) * g * g;
    firstMoment.data[i] = m;
    secondMoment.data[i] = v;
    value.data[i]! -= (rate * m) / (Math.sqrt(v * secondCorrection) + epsilon);
  }
}
