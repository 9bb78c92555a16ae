/**
 * Checkpoints: a model file that also holds all else that training depends on. As such it can be
 * loaded like any other model. Beside the model's tensors and metadata:
 *
 *     convnet.training.optimizer.<i>.<parameter>   what the optimizer keeps of each parameter
 *     convnet.training.callback.<name>.<i>         what callbacks keep, such as best weights
 *     convnet.training                             JSON: position, sums, history, random streams,
 *                                                  optimizer's step and rate, what callbacks
 *                                                  remember, and the settings and kernels that the
 *                                                  checkpoint belongs to
 */
import { ConvnetError, sameShape, type RandomState, type Tensor } from '@convnet/tensor';
import { canonicalJson } from '../canonical-json.ts';
import { modelContents, sealed } from '../files/encode-model.ts';
import { TRAINING_PREFIX, TRAINING_KEY } from '../files/model-file-format.ts';
import { allNumbers } from '../files/number-formats.ts';
import { readContents, fillTensors } from '../files/read-model-file.ts';
import type { CallbackState, TrainingPosition } from './callbacks.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import type { CompiledNetwork } from './compile.ts';
import type { TotalsState } from './totals.ts';

/** A checkpoint that does not belong to the training, or is not one. */
export class CheckpointError extends ConvnetError {
  override readonly name = 'CheckpointError';
  override readonly code = 'bad-data';
}

/** The state of a callback. */
export interface KeptByCallback {
  readonly state: CallbackState;
  readonly tensors: readonly Tensor[];
}

/** The state of the training loop. */
export interface TrainingState {
  readonly position: TrainingPosition;
  readonly totals: TotalsState;
  readonly history: { readonly epoch: number[]; readonly history: Record<string, number[]> };
  readonly shuffle: RandomState;
  readonly callbacks: Readonly<Record<string, KeptByCallback>>;
  /** The settings that must not change between the two runs. */
  readonly setting: {
    readonly batchSize: number | string;
    readonly shuffle: boolean;
    readonly samples: number | string;
  };
}

/** All of `convnet.training`; of callbacks' tensors only how many there are. */
interface Stored extends Omit<TrainingState, 'callbacks'> {
  readonly callbacks: Readonly<
    Record<string, { readonly state: CallbackState; readonly tensors: number }>
  >;
  readonly kernels: string;
  readonly seed: number;
  readonly optimizer: {
    readonly name: string;
    readonly step: number;
    readonly rate: number | null;
    /** The rate that the optimizer was made with; null for a schedule. Releases before 0.2 have none. */
    readonly initialRate?: number | null;
  };
  readonly layerRandom: Readonly<Record<string, RandomState>>;
}

/**
 * The bytes of a checkpoint.
 * @throws ModelFileError if a weight is not finite; CheckpointError if the loss is not.
 */
export function encodeCheckpoint(
  compiled: CompiledNetwork,
  state: TrainingState,
): Uint8Array<ArrayBuffer> {
  if (!Number.isFinite(state.totals.lossSum)) {
    throw new CheckpointError(
      'checkpoint: expected a finite loss; training has diverged. Keep the checkpoint before.',
    );
  }
  const { network, optimizer } = compiled;
  const { tensors, metadata } = modelContents(network);
  for (const [name, tensor] of optimizerTensors(compiled)) tensors.set(name, tensor);
  for (const [name, { tensors: kept }] of Object.entries(state.callbacks)) {
    for (const [i, tensor] of kept.entries()) tensors.set(callbackTensor(name, i), tensor);
  }
  const stored: Stored = {
    ...state,
    callbacks: Object.fromEntries(
      Object.entries(state.callbacks).map(([name, kept]) => [
        name,
        { state: kept.state, tensors: kept.tensors.length },
      ]),
    ),
    kernels: network.kernels.name,
    seed: network.seed,
    optimizer: {
      name: optimizer.name,
      step: optimizer.step,
      rate: optimizer.hasSchedule ? null : optimizer.learningRate,
      initialRate: initialRateOf(optimizer),
    },
    layerRandom: Object.fromEntries(network.layers.map(({ name, random }) => [name, random.state])),
  };
  metadata.set(TRAINING_KEY, canonicalJson(stored));
  return sealed({ tensors, metadata });
}

/** The optimizer's state, under its names in a checkpoint. */
function optimizerTensors(compiled: CompiledNetwork): Map<string, Tensor> {
  const { network, optimizer, parameters, trainedLayers } = compiled;
  const states = optimizer.statesOf(parameters, network.kernels);
  const names = trainedLayers.flatMap((layer) =>
    layer.parameters.map(({ name }) => `${layer.name}.${name}`),
  );
  return new Map(
    states.flatMap((kept, i) =>
      kept.map((tensor, s) => [`${TRAINING_PREFIX}optimizer.${s}.${names[i]!}`, tensor] as const),
    ),
  );
}

/**
 * Puts a checkpoint's weights, optimizer and random streams into the network, and gives back the
 * rest. Nothing changes if it throws.
 *
 * @param expected - the state of the training that is to go on, for its settings.
 * @throws ModelFileError if the bytes are damaged; CheckpointError if they are of another network,
 * optimizer or training.
 */
export function decodeCheckpoint(
  compiled: CompiledNetwork,
  bytes: Uint8Array,
  expected: TrainingState,
): TrainingState {
  const { tensors, metadata } = readContents(bytes, allNumbers);
  const stored = parse(metadata.get(TRAINING_KEY));
  const { network, optimizer } = compiled;
  const { initialRate = initialRateOf(optimizer) } = stored.optimizer;
  const checks: [what: string, expected: unknown, received: unknown][] = [
    ['network', canonicalJson(network.config()), metadata.get('convnet.config')],
    ['seed', network.seed, stored.seed],
    ['optimizer', optimizer.name, stored.optimizer.name],
    ['learning rate', inWords(initialRateOf(optimizer)), inWords(initialRate)],
    ['batch size', expected.setting.batchSize, stored.setting.batchSize],
    ['shuffle', expected.setting.shuffle, stored.setting.shuffle],
    ['number of samples', expected.setting.samples, stored.setting.samples],
  ];
  for (const [what, wanted, received] of checks) {
    if (wanted === received) continue;
    throw new CheckpointError(
      `checkpoint: expected the ${what} of the training that was interrupted, ${String(received)}; this training has ${String(wanted)}. Resume with the same settings, or begin anew${hints[what] ?? ''}.`,
    );
  }
  const own = optimizerTensors(compiled);
  for (const [name, { shape }] of own) {
    const kept = tensors.get(name);
    if (!kept || !sameShape(kept.shape, shape)) {
      throw new CheckpointError(
        `checkpoint: expected the optimizer's tensor ${name} with shape [${shape.join(', ')}].`,
      );
    }
  }
  if (stored.kernels !== network.kernels.name) {
    console.warn(
      `checkpoint: it was made by the kernels '${stored.kernels}' and training goes on with '${network.kernels.name}', which round differently: the result will be as good, but not the same bits.`,
    );
  }
  fillTensors(network, tensors);
  for (const [name, tensor] of own) tensor.data.set(tensors.get(name)!.data);
  optimizer.resumeAt(stored.optimizer.step);
  if (stored.optimizer.rate !== null) optimizer.learningRate = stored.optimizer.rate;
  for (const layer of network.layers) {
    const state = stored.layerRandom[layer.name];
    if (state) layer.random.state = state;
  }
  const callbacks = Object.entries(stored.callbacks).map(([name, { state, tensors: count }]) => {
    const kept = Array.from({ length: count }, (_, i) => tensors.get(callbackTensor(name, i))!);
    return [name, { state, tensors: kept }] as const;
  });
  return { ...stored, callbacks: Object.fromEntries(callbacks) };
}

const initialRateOf = ({ initialLearningRate: rate }: Optimizer): number | null =>
  typeof rate === 'number' ? rate : null;

const inWords = (rate: number | null): number | string => rate ?? 'a schedule';

/** How a setting is changed on purpose, or given to a model from a file. */
const hints: Readonly<Record<string, string>> = {
  seed: '; a loaded model takes it by decodeModel(bytes, { seed })',
  'learning rate': '; learningRateScheduler() changes the rate of a training that goes on',
};

const callbackTensor = (name: string, i: number): string =>
  `${TRAINING_PREFIX}callback.${name}.${i}`;

function parse(text: string | undefined): Stored {
  if (text === undefined) {
    throw new CheckpointError(
      'checkpoint: expected a checkpoint of a training; received a model file. Load it as a model.',
    );
  }
  // The checksum has shown that the bytes are as they were written, so the JSON is ours. It has
  // null for numbers that are not finite, as metrics of one's own may be.
  const stored = JSON.parse(text) as Stored;
  for (const values of Object.values(stored.history.history)) {
    for (const [i, value] of (values as (number | null)[]).entries()) values[i] = value ?? NaN;
  }
  return stored;
}
