/** Digits from the test images of MNIST, as many of each class, the same in every run. */
import { loadMnist } from '@convnet/mnist-io/node';

const SEED = 20_250_101;

/** A digit and its class. */
export interface TestDigit {
  /** Bytes `[28, 28]`, 0 background to 255 ink. */
  readonly pixels: Uint8Array;
  readonly label: number;
}

/** Numbers from 0 up to 1 that look random and are not: a linear congruential generator. */
function* numbersFrom(seed: number): Generator<number, never> {
  for (let state = seed >>> 0; ;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

/** Digits, `perClass` of each class; `folder` holds MNIST's files. */
export async function testDigits(folder: string, perClass: number): Promise<TestDigit[]> {
  const { test } = await loadMnist(folder);
  const numbers = numbersFrom(SEED);
  const chosen = new Set<number>();
  const missing = new Array<number>(10).fill(perClass);
  while (chosen.size < 10 * perClass) {
    const index = Math.floor(numbers.next().value * test.size);
    const label = test.labels[index]!;
    const count = missing[label]!;
    if (count === 0 || chosen.has(index)) continue;
    missing[label] = count - 1;
    chosen.add(index);
  }
  return [...chosen].map((index) => ({
    pixels: test.images.pixels.subarray(index * 784, (index + 1) * 784),
    label: test.labels[index]!,
  }));
}
