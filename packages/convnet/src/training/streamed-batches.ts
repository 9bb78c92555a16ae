/**
 * The batches of a stream, as the training loop and evaluation ask for them: each is checked when it comes,
 * and an epoch ends with the stream, or after a number of batches.
 */
import { OptionError } from '@convnet/tensor';
import { isLater } from '../samples/samples.ts';
import { StreamReader } from '../samples/stream.ts';
import { CheckpointError, type TrainingState } from './checkpoint.ts';
import type { CompiledNetwork } from './compile.ts';
import { checkedBatch, type BatchStream, type LabelledBatch } from './labelled-batch.ts';
import type { LabelledSamples } from './labelled-samples.ts';
import type { ClassWeights } from './sample-weights.ts';
import type { TrainingBatches } from './training-batches.ts';

/** How a stream is read. */
export interface StreamSettings {
  /** Batches of an epoch; without, as many as there are. */
  readonly steps?: number | undefined;
  readonly classWeight?: ClassWeights | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The epoch that training begins with, unless it goes on; none in evaluation. */
  readonly initialEpoch?: number;
}

/** See the top of this file. */
export class StreamedBatches implements TrainingBatches {
  readonly setting: TrainingState['setting'];
  readonly batchesPerEpoch: number;
  classCount: number | undefined;
  samplesPerEpoch = NaN;
  readonly #compiled: CompiledNetwork;
  readonly #reader: StreamReader<LabelledBatch>;
  readonly #settings: StreamSettings;
  readonly #where: string;
  #hasBegun = false;
  #epoch = 0;
  #batch = 0;
  #samples = 0;

  /** @param where - who reads, and which option is read, for errors. */
  constructor(
    compiled: CompiledNetwork,
    stream: BatchStream,
    where: string,
    settings: StreamSettings,
  ) {
    const { steps, signal } = settings;
    this.#compiled = compiled;
    this.#reader = new StreamReader(stream, where, signal);
    this.#settings = settings;
    this.#where = where;
    this.batchesPerEpoch = steps ?? Infinity;
    const samples = steps === undefined ? 'that the stream has' : `of ${steps} batches`;
    this.setting = { batchSize: 'that the stream has', shuffle: false, samples };
  }

  async begin(epoch: number, batch: number): Promise<void> {
    await this.#reader.open(epoch);
    const { initialEpoch = epoch } = this.#settings;
    const isResumed = !this.#hasBegun && (epoch !== initialEpoch || batch > 0);
    if (isResumed && this.#reader.isOnce) {
      throw new CheckpointError(
        `${this.#where}: expected batches that can be read again, to resume from a checkpoint; received those of one generator. Pass the function that makes it.`,
      );
    }
    this.#hasBegun = true;
    [this.#epoch, this.#batch, this.#samples] = [epoch, 0, 0];
    while (this.#batch < batch) if (!(await this.next())) break;
  }

  next(): LabelledSamples | undefined | Promise<LabelledSamples | undefined> {
    if (this.#batch === this.batchesPerEpoch) {
      this.samplesPerEpoch = this.#samples;
      return undefined;
    }
    const result = this.#reader.next();
    return isLater(result) ? result.then((come) => this.#take(come)) : this.#take(result);
  }

  hasMore(): boolean | Promise<boolean> {
    return this.#batch < this.batchesPerEpoch && this.#reader.hasMore();
  }

  end(): Promise<void> {
    return this.#reader.close();
  }

  #take({ done, value }: IteratorResult<LabelledBatch, unknown>): LabelledSamples | undefined {
    if (done) {
      this.#checkEnd();
      this.samplesPerEpoch = this.#samples;
      return undefined;
    }
    const { classWeight } = this.#settings;
    const where = `${this.#where} batch ${this.#batch}`;
    const samples = checkedBatch(this.#compiled, value, classWeight, where);
    this.classCount ??= samples.targets.classCount;
    this.#samples += samples.indices.length;
    this.#batch += 1;
    // Epochs change samples in training only.
    const data =
      this.#settings.initialEpoch === undefined ? samples : { ...samples, epoch: this.#epoch };
    if (this.#batch === this.batchesPerEpoch) return data;
    const readNext = (): void => {
      this.#reader.readAhead();
    };
    // What comes later is asked for at once; what is made at once, while other threads compute.
    if (this.#reader.isLater) readNext();
    return { ...data, readNext };
  }

  /** @throws OptionError if the stream ends before it should. */
  #checkEnd(): void {
    const { steps } = this.#settings;
    if (this.#batch > 0 && steps === undefined) return;
    const number = steps === undefined ? 'batches' : `${steps} batches`;
    const count = this.#batch === 0 ? 'none' : this.#batch;
    throw new OptionError(
      `${this.#where}: expected ${number} in epoch ${this.#epoch}; received ${count}. A generator gives its batches only once: pass the function that makes it.`,
    );
  }
}
