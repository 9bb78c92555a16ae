/**
 * Where a network's numbers stop being finite: the parameters first, layer by layer; then all that
 * the last step computed, in its order, by running that step once more and looking on.
 */
import type { Tensor } from '@convnet/tensor';
import type { Layer } from '../layers/layer.ts';
import type { Parameter } from '../layers/layer-tensors.ts';
import type { NonFinite } from './callbacks.ts';
import { piecesOf, pickWeights, type Batch } from './batch-passes.ts';
import { expectAtOnce } from '../samples/samples.ts';
import type { CompiledNetwork } from './compile.ts';
import type { LabelledSamples } from './labelled-samples.ts';
import { penaltyOf } from './penalties.ts';
import { takeSnapshot, type Snapshot } from './snapshot.ts';
import { computeGradients } from './step.ts';

/** A step that was made, or skipped: its samples, and the layers before it. */
export interface Step {
  readonly data: LabelledSamples;
  readonly before: Snapshot;
}

/** The first number that is not finite, if there is one. */
export function findNonFinite(compiled: CompiledNetwork, step: Step): NonFinite | undefined {
  const { layers } = compiled.network;
  return (
    firstOf(layers, (layer, parameter) => {
      return nonFinite(layer, parameter.name, parameter.value);
    }) ??
    inStep(compiled, step) ??
    firstOf(layers, (layer, parameter) => {
      const value = penaltyOf(parameter);
      if (Number.isFinite(value)) return undefined;
      return { layer: layer.name, tensor: `penalty of ${parameter.name}`, value };
    })
  );
}

/** Runs the step without recording it, so that every tensor in between can be looked at. */
function inStep(compiled: CompiledNetwork, { data, before }: Step): NonFinite | undefined {
  const { network } = compiled;
  const now = takeSnapshot(network.layers);
  let found: NonFinite | undefined;
  before.restoreRandom();
  try {
    for (const piece of piecesOf(network, data)) {
      computeGradients(compiled, batchOf(compiled, data, piece), (layer, what, tensor) => {
        found ??= nonFinite(layer, what, tensor);
      });
      if (found) break;
    }
  } finally {
    now.restoreRandom();
    now.restoreState();
  }
  return found;
}

/** A piece of the data in the network's memory. */
function batchOf(
  { network: { workspace, inputShape } }: CompiledNetwork,
  { samples, targets, weights, epoch }: LabelledSamples,
  { indices, ...place }: { readonly indices: Uint32Array } & Pick<Batch, 'batchSize' | 'isFirst'>,
): Batch {
  const count = indices.length;
  const batch = {
    ...place,
    input: workspace.tensor('input', count, inputShape),
    targets: targets.makeRoom(workspace, count),
    weights: weights && workspace.tensor('weights', count, []),
  };
  expectAtOnce(samples.readSamples(indices, batch.input.data, epoch), 'findNonFinite');
  targets.pick(indices, batch.targets);
  if (weights) pickWeights(weights, indices, batch.weights!);
  return batch;
}

function nonFinite(
  { name }: { readonly name: string },
  tensor: string,
  { data }: Tensor,
): NonFinite | undefined {
  const value = data.find((candidate) => !Number.isFinite(candidate));
  return value === undefined ? undefined : { layer: name, tensor, value };
}

function firstOf<R>(
  layers: readonly Layer[],
  find: (layer: Layer, parameter: Parameter) => R | undefined,
): R | undefined {
  for (const layer of layers) {
    for (const parameter of layer.parameters) {
      const found = find(layer, parameter);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}
