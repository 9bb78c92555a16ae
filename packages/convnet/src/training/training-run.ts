/**
 * The training loop: every epoch goes through its batches, such as all samples in a new random order;
 * every batch makes one step against the gradient of its mean loss.
 *
 * All that the loop depends on is in its position, its sums, its history, the random streams, the
 * optimizer and the weights. A checkpoint is these, so that training can go on from any batch.
 */
import { StateError, type RandomState } from '@convnet/tensor';
import type { TrainableNetwork } from '../network/trainable-network.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import type {
  BatchLogs,
  Callback,
  EpochLogs,
  NonFinite,
  Training,
  TrainingOutcome,
  TrainingPosition,
} from './callbacks.ts';
import { decodeCheckpoint, encodeCheckpoint, type TrainingState } from './checkpoint.ts';
import type { CompiledNetwork } from './compile.ts';
import type { Evaluation } from './evaluate.ts';
import { EventLoopTurn } from '../event-loop.ts';
import { isLater } from '../samples/samples.ts';
import { findNonFinite } from './find-non-finite.ts';
import type { History } from './history.ts';
import type { LabelledSamples } from './labelled-samples.ts';
import type { Snapshot } from './snapshot.ts';
import { trainingStep } from './step.ts';
import { Totals } from './totals.ts';
import type { TrainingBatches } from './training-batches.ts';

/** The checked options of a training. */
export interface RunSettings {
  readonly epochs: number;
  readonly initialEpoch: number;
  readonly callbacks: readonly Callback[];
  readonly signal: AbortSignal | undefined;
}

/** Evaluates the network after an epoch. */
export type Validation = (epoch: number) => Promise<Evaluation>;

/** Batches from which on threads are worth their start. */
const MANY_BATCHES = 20;

type Hook = Extract<keyof Callback, `on${string}`>;

/** One call of `fit`. See the top of this file. */
export class TrainingRun implements Training {
  readonly #compiled: CompiledNetwork;
  readonly #batches: TrainingBatches;
  readonly #validate: Validation | undefined;
  readonly #settings: RunSettings;
  readonly #turn = new EventLoopTurn();
  #position: TrainingPosition;
  #totals: Totals;
  #history: History = { epoch: [], history: { loss: [] } };
  /** Of the stream that orders samples, before it ordered those of the current epoch. */
  #shuffleState: RandomState;
  #lastStep: { readonly data: LabelledSamples; readonly before: Snapshot } | undefined;
  #isBeginning = true;
  #isStopped = false;
  #isDiverged = false;

  constructor(
    compiled: CompiledNetwork,
    batches: TrainingBatches,
    validate: Validation | undefined,
    settings: RunSettings,
  ) {
    this.#compiled = compiled;
    this.#batches = batches;
    this.#validate = validate;
    this.#settings = settings;
    this.#position = { epoch: settings.initialEpoch, batch: 0 };
    this.#totals = this.#newTotals();
    this.#shuffleState = this.model.shuffleRandom.state;
  }

  get model(): TrainableNetwork {
    return this.#compiled.network;
  }

  get optimizer(): Optimizer {
    return this.#compiled.optimizer;
  }

  get epochs(): number {
    return this.#settings.epochs;
  }

  get position(): TrainingPosition {
    return this.#position;
  }

  get isDiverged(): boolean {
    return this.#isDiverged;
  }

  stop(): void {
    this.#isStopped = true;
  }

  checkpoint(): Uint8Array<ArrayBuffer> {
    return encodeCheckpoint(this.#compiled, this.#state);
  }

  resume(checkpoint: Uint8Array): void {
    if (!this.#isBeginning) {
      throw new StateError(
        'resume: expected to be called in onTrainBegin; training goes on already.',
      );
    }
    const state = decodeCheckpoint(this.#compiled, checkpoint, this.#state);
    this.#position = state.position;
    this.#totals.state = state.totals;
    this.#history = state.history as History;
    this.#shuffleState = state.shuffle;
    for (const callback of this.#settings.callbacks) {
      const kept = callback.name === undefined ? undefined : state.callbacks[callback.name];
      if (!kept) continue;
      callback.state = kept.state;
      if (kept.tensors.length > 0) callback.tensors = kept.tensors;
    }
  }

  findNonFinite(): NonFinite | undefined {
    return this.#lastStep && findNonFinite(this.#compiled, this.#lastStep);
  }

  /** Trains, from the beginning or from a checkpoint. */
  async run(resumeFrom: Uint8Array | undefined): Promise<History> {
    const { signal, epochs } = this.#settings;
    signal?.throwIfAborted();
    if (resumeFrom) this.resume(resumeFrom);
    let outcome: TrainingOutcome = 'failed';
    const epochsLeft = epochs - this.#position.epoch;
    // They start while the first batch is recorded.
    if (epochsLeft * this.#batches.batchesPerEpoch > MANY_BATCHES) {
      this.model.kernels.startThreads();
    }
    try {
      await this.#call('onTrainBegin', this);
      this.#isBeginning = false;
      while (this.#position.epoch < epochs && !this.#isStopped) await this.#epoch();
      outcome = this.#isStopped ? 'stopped' : 'finished';
    } finally {
      try {
        await this.#call('onTrainEnd', outcome);
      } finally {
        await this.#end(outcome);
      }
    }
    return this.#history;
  }

  /** @throws what the batches throw at their end, unless training has failed before. */
  async #end(outcome: TrainingOutcome): Promise<void> {
    try {
      await this.#batches.end();
    } catch (error) {
      if (outcome !== 'failed') throw error;
    }
  }

  async #epoch(): Promise<void> {
    const { epoch } = this.#position;
    await this.#call('onEpochBegin', epoch);
    const { shuffleRandom } = this.model;
    shuffleRandom.state = this.#shuffleState;
    if (!(await this.#steps())) return;

    const logs: EpochLogs = { ...this.#totals.means, ...(await this.#validation(epoch)) };
    this.#history.epoch.push(epoch);
    for (const [name, value] of Object.entries(logs)) {
      (this.#history.history[name] ??= []).push(value!);
    }
    this.#position = { epoch: epoch + 1, batch: 0 };
    this.#totals = this.#newTotals();
    this.#shuffleState = shuffleRandom.state;
    await this.#call('onEpochEnd', epoch, logs);
    await this.#call('onSettled', this.#position, logs);
  }

  /**
   * A step on each batch of an epoch, from the current one on.
   * @returns whether the epoch has ended, and training was not stopped before.
   */
  async #steps(): Promise<boolean> {
    const { epoch } = this.#position;
    const beginning = this.#batches.begin(epoch, this.#position.batch);
    if (beginning) await beginning;
    for (let { batch } = this.#position; ; batch++) {
      const coming = this.#batches.next();
      const data = isLater(coming) ? await coming : coming;
      if (!data) return true;
      if (this.#hears('onBatchBegin')) await this.#call('onBatchBegin', batch);
      this.#step(data);
      this.#position = { epoch, batch: batch + 1 };
      if (this.#hears('onBatchEnd')) await this.#call('onBatchEnd', batch, this.#batchLogs);
      if (this.#turn.isOver) await this.#turn.pause();
      this.#settings.signal?.throwIfAborted();
      const more = this.#hasMore();
      const hasMore = isLater(more) ? await more : more;
      if (hasMore && this.#hears('onSettled')) {
        await this.#call('onSettled', this.#position, undefined);
      }
      if (this.#isStopped) return !hasMore;
    }
  }

  /** Whether the epoch has one more. Where that comes later, nobody waits for it who need not. */
  #hasMore(): boolean | Promise<boolean> {
    const hasMore = this.#batches.hasMore();
    const isNeeded = !this.#isStopped && this.#hears('onSettled');
    return isLater(hasMore) && !isNeeded ? true : hasMore;
  }

  #step(data: LabelledSamples): void {
    const { isMade, before } = trainingStep(
      this.#compiled,
      data,
      this.#totals,
      this.#watchesGradients,
    );
    this.#lastStep = { data, before };
    this.#isDiverged = !isMade;
  }

  get #batchLogs(): BatchLogs {
    const { samplesPerEpoch } = this.#batches;
    return { ...this.#totals.means, samplesSeen: this.#totals.samples, samplesPerEpoch };
  }

  async #validation(epoch: number): Promise<Record<string, number>> {
    if (!this.#validate) return {};
    const means = await this.#validate(epoch);
    return Object.fromEntries(
      Object.entries(means).map(([name, value]) => [
        `val${name[0]!.toUpperCase()}${name.slice(1)}`,
        value,
      ]),
    );
  }

  /** Whether a callback has the hook: for each batch, nothing is made that nobody asked for. */
  #hears(hook: Hook): boolean {
    return this.#settings.callbacks.some((callback) => hook in callback);
  }

  /** Calls a hook of all callbacks, one after the other. */
  async #call<H extends Hook>(
    hook: H,
    ...args: Parameters<NonNullable<Callback[H]>>
  ): Promise<void> {
    for (const callback of this.#settings.callbacks) {
      const method = callback[hook] as ((...args: unknown[]) => unknown) | undefined;
      const result = method?.apply(callback, args);
      if (result instanceof Promise) await result;
    }
  }

  get #watchesGradients(): boolean {
    return this.#settings.callbacks.some(({ watchesGradients }) => watchesGradients);
  }

  #newTotals(): Totals {
    return new Totals(this.#compiled.metrics, this.#batches);
  }

  get #state(): TrainingState {
    const { callbacks } = this.#settings;
    const withState = callbacks.filter(({ name, state }) => name !== undefined && state);
    return {
      position: this.#position,
      totals: this.#totals.state,
      history: this.#history,
      shuffle: this.#shuffleState,
      callbacks: Object.fromEntries(
        withState.map(({ name, state, tensors = [] }) => [name!, { state: state!, tensors }]),
      ),
      setting: this.#batches.setting,
    };
  }
}
