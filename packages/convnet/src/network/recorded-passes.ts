/**
 * Passes through a network that are recorded once and then run on whatever lies in their input.
 * Prediction, evaluation and training all work this way; they differ in what is recorded.
 *
 * A recording holds for one number of samples. Few are needed at a time, so only those used last
 * are kept, and others give their memory back: a training loop whose batches are never twice of one
 * size does not fill it.
 */
import type { InferenceKernels, Program, Tensor } from '@convnet/tensor/inference';
import type { BatchInput } from '../samples/batch-input.ts';
import type { SampleSource } from '../samples/samples.ts';

/** A recorded function of a batch of samples. */
export class RecordedPass<Result> {
  readonly #input: BatchInput;
  readonly #program: Program;
  #result: Result | undefined;

  /** @param compute - from the input to the result, by kernel calls alone. */
  constructor(kernels: InferenceKernels, input: BatchInput, compute: (input: Tensor) => Result) {
    this.#input = input;
    this.#program = kernels.record(() => {
      input.record(kernels);
      this.#result = compute(input.tensor);
    });
  }

  /**
   * Runs on the samples `indices`; in training, as `epoch` shows them.
   * @param meanwhile - see {@link Program.run}.
   */
  run(samples: SampleSource, indices: Uint32Array, epoch?: number, meanwhile?: () => void): Result {
    this.#input.fill(samples, indices, epoch);
    this.#program.run(meanwhile);
    return this.#result!;
  }

  /** Gives back the memory of what was recorded. It must not be run any more. */
  release(): void {
    this.#program.release();
  }
}

/** Passes kept at a time: training and validation need about eight between them. */
export const MOST_PASSES = 32;

/** The passes of one network that were used last, by what tells them apart. */
export class RecordedPasses<Pass extends { release(): void }> {
  /** In the order of their last use. */
  readonly #passes = new Map<string, Pass>();

  /** The pass `key`; recorded by `record` if it is not there. */
  get(key: string, record: () => Pass): Pass {
    const pass = this.#passes.get(key) ?? record();
    this.#passes.delete(key);
    this.#passes.set(key, pass);
    if (this.#passes.size > MOST_PASSES) {
      const [leastRecent] = this.#passes.keys();
      this.#passes.get(leastRecent!)!.release();
      this.#passes.delete(leastRecent!);
    }
    return pass;
  }

  /** Forgets all of them. */
  release(): void {
    for (const pass of this.#passes.values()) pass.release();
    this.#passes.clear();
  }
}
