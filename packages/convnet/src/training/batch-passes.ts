/**
 * How batches of labelled samples run through a network: what is computed of them is recorded once
 * for a number of samples; then samples, targets and weights are filled in, and it runs.
 */
import type { Tensor } from '@convnet/tensor';
import type { BatchTargets } from '../losses/loss.ts';
import { RecordedPass, RecordedPasses } from '../network/recorded-passes.ts';
import type { TrainableNetwork } from '../network/trainable-network.ts';
import { BatchInput, inputKind } from '../samples/batch-input.ts';
import { LARGEST_PIECE } from '../samples/pieces.ts';
import type { LabelledSamples } from './labelled-samples.ts';

/** Samples of a batch that are computed at once: all of them, or some. */
export interface Piece {
  readonly indices: Uint32Array;
  /** The batch's number of samples; its loss is the mean over them. */
  readonly batchSize: number;
  readonly isFirst: boolean;
  /** The samples that are computed next, if that is known. */
  readonly following?: Uint32Array | undefined;
}

/** The pieces of the batch of samples `indices`, which the batch `following` comes after. */
export function* piecesOf(
  network: TrainableNetwork,
  { indices, following }: Pick<LabelledSamples, 'indices' | 'following'>,
): Generator<Piece> {
  const batchSize = indices.length;
  const most = network.usesWholeBatch ? batchSize : LARGEST_PIECE;
  for (let start = 0; start < batchSize; start += most) {
    const end = start + most;
    yield {
      indices: indices.subarray(start, end),
      batchSize,
      isFirst: start === 0,
      following: end < batchSize ? indices.subarray(end, end + most) : following?.subarray(0, most),
    };
  }
}

/** A {@link Piece} in the network's memory, N samples. */
export interface Batch extends Pick<Piece, 'batchSize' | 'isFirst'> {
  /** `[N, …inputShape]` */
  readonly input: Tensor;
  readonly targets: BatchTargets;
  /** Factors of the samples' losses, `[N]`; all are 1 without. */
  readonly weights: Tensor | undefined;
}

/** The results of a batch. */
export interface BatchResult {
  /** `[N]` */
  readonly losses: Tensor;
  /** The network's answers `[N, K]`, if there are metrics to count them. */
  readonly probabilities: Tensor | undefined;
}

interface BatchPass {
  readonly batch: Omit<Batch, 'input'>;
  readonly pass: RecordedPass<BatchResult>;
  release(): void;
}

/** The recorded passes of a compiled network. */
export class BatchPasses {
  readonly #network: TrainableNetwork;
  readonly #passes = new RecordedPasses<BatchPass>();

  constructor(network: TrainableNetwork) {
    this.#network = network;
  }

  /**
   * The result of `compute` for a piece of `data`; valid until the next run.
   * @param compute - by kernel calls alone; always the same for one `kind`.
   */
  run(
    kind: 'training' | 'evaluation',
    data: LabelledSamples,
    piece: Piece,
    compute: (batch: Batch) => BatchResult,
  ): BatchResult {
    const { samples, targets, weights, epoch } = data;
    const { indices, batchSize, isFirst, following } = piece;
    const place = kind === 'training' ? `${isFirst ? 'first' : 'next'} of ${batchSize}` : '';
    const key = `${kind} ${indices.length} ${inputKind(samples)} ${weights ? 'weighted' : ''} ${place}`;
    const { batch, pass } = this.#passes.get(key, () => this.#record(data, piece, compute));
    targets.pick(indices, batch.targets);
    if (weights) pickWeights(weights, indices, batch.weights!);
    if (!following || !('readAhead' in samples)) {
      return pass.run(samples, indices, epoch, data.readNext);
    }
    return pass.run(samples, indices, epoch, () => {
      samples.readAhead(following, epoch);
    });
  }

  #record(
    { samples, targets, weights }: LabelledSamples,
    { indices, batchSize, isFirst }: Piece,
    compute: (batch: Batch) => BatchResult,
  ): BatchPass {
    const { kernels, workspace, inputShape } = this.#network;
    const count = indices.length;
    const input = new BatchInput(workspace, samples, inputShape, count);
    const batch = {
      batchSize,
      isFirst,
      targets: targets.makeRoom(workspace, count),
      weights: weights && workspace.tensor('weights', count, []),
    };
    const pass = new RecordedPass(kernels, input, (tensor) => compute({ ...batch, input: tensor }));
    const release = (): void => {
      pass.release();
    };
    return { batch, pass, release };
  }

  /** Gives back the memory of all that was recorded. */
  release(): void {
    this.#passes.release();
  }
}

/** Copies the weights of the samples `indices` to where a pass reads them. */
export function pickWeights(weights: Float64Array, indices: Uint32Array, room: Tensor): void {
  for (const [i, index] of indices.entries()) room.data[i] = weights[index]!;
}
