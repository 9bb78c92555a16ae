/** What the training loop asks for: batch after batch, epoch after epoch. */
import type { TrainableNetwork } from '../network/trainable-network.ts';
import { ReadAhead } from '../samples/read-ahead.ts';
import type { TrainingState } from './checkpoint.ts';
import type { LabelledSamples } from './labelled-samples.ts';

/** The batches of a training; the next one is read while one is computed. */
export interface TrainingBatches {
  /** Of the targets; unknown before the first batch of a stream. */
  readonly classCount: number | undefined;
  /** NaN while it is unknown. */
  readonly samplesPerEpoch: number;
  /** An estimate; infinite while it is unknown. */
  readonly batchesPerEpoch: number;
  /** What must not change between a training and its resumption. */
  readonly setting: TrainingState['setting'];
  /** Begins an epoch with its batch number `batch`. */
  begin(epoch: number, batch: number): void | Promise<void>;
  /** The next batch; none at the end of the epoch. */
  next(): LabelledSamples | undefined | Promise<LabelledSamples | undefined>;
  /** Whether the epoch has one more. */
  hasMore(): boolean | Promise<boolean>;
  /** Nobody asks any more. */
  end(): void | Promise<void>;
}

/** How samples become batches. */
export interface BatchSettings {
  readonly batchSize: number;
  readonly shuffle: boolean;
  readonly signal: AbortSignal | undefined;
}

/** Batches of samples that can be read in any order: in a new random one each epoch, or in their own. */
export class SamplesInBatches implements TrainingBatches {
  readonly setting: TrainingState['setting'];
  readonly #data: LabelledSamples;
  readonly #samples: ReadAhead;
  readonly #network: TrainableNetwork;
  readonly #batchSize: number;
  #indices: Uint32Array;
  #epoch = 0;
  #batch = 0;

  constructor(data: LabelledSamples, network: TrainableNetwork, settings: BatchSettings) {
    const { batchSize, shuffle, signal } = settings;
    this.#data = data;
    this.#samples = new ReadAhead(data.samples, network.dtype, signal);
    this.#network = network;
    this.#batchSize = batchSize;
    this.#indices = data.indices;
    this.setting = { batchSize, shuffle, samples: data.indices.length };
  }

  get classCount(): number {
    return this.#data.targets.classCount;
  }

  get samplesPerEpoch(): number {
    return this.#indices.length;
  }

  get batchesPerEpoch(): number {
    return this.#indices.length / this.#batchSize;
  }

  begin(epoch: number, batch: number): void {
    this.#indices = this.#data.indices.slice();
    if (this.setting.shuffle) this.#network.shuffleRandom.shuffle(this.#indices);
    this.#epoch = epoch;
    this.#batch = batch;
  }

  next(): LabelledSamples | undefined | Promise<LabelledSamples | undefined> {
    if (!this.hasMore()) return undefined;
    const [size, epoch] = [this.#batchSize, this.#epoch];
    const start = this.#batch * size;
    this.#batch += 1;
    const indices = this.#indices.subarray(start, start + size);
    const following = this.hasMore()
      ? this.#indices.subarray(start + size, start + 2 * size)
      : undefined;
    const step = { ...this.#data, samples: this.#samples, indices, following, epoch };
    const arrival = this.#samples.arrivalOf(indices, following, epoch);
    return arrival ? arrival.then(() => step) : step;
  }

  hasMore(): boolean {
    return this.#batch * this.#batchSize < this.#indices.length;
  }

  end(): void {
    this.#samples.end();
  }
}
