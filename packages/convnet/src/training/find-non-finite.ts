/**
 * Where a network's numbers stop being finite: the parameters layer by layer, then the layers'
 * outputs for a batch, then, from the last layer back, the gradients.
 */
import type { Tensor } from '@convnet/tensor';
import type { BaseLayer } from '../layers/layer.ts';
import type { Network } from '../model/network.ts';
import type { NonFinite } from './callbacks.ts';
import { largestPiece } from './gradient-step.ts';
import { keepState } from './kept-state.ts';
import type { LabelledSamples } from './labelled-samples.ts';

const firstBad = ({ data }: Tensor): number | undefined => {
  const at = data.findIndex((value) => !Number.isFinite(value));
  return at < 0 ? undefined : data[at];
};

/** The first number that is not finite, for the samples `data.indices`. */
export function findNonFinite(model: Network, data: LabelledSamples): NonFinite | undefined {
  return firstOf(model.layers, (layer) => inParameters(layer, 'value')) ?? inPasses(model, data);
}

/** Runs forward and back without recording, so that every tensor in between can be looked at. */
function inPasses(
  model: Network,
  { samples, targets, indices, epoch }: LabelledSamples,
): NonFinite | undefined {
  const { kernels, workspace, classCount, compiled } = model;
  const restoreState = keepState(model.layers);
  const randomStates = model.layers.map(({ random }) => random.state);
  const found: NonFinite[] = [];
  const isFound = (): boolean => found.length > 0;
  const look =
    (tensor: string) =>
    ({ name }: { readonly name: string }, looked: Tensor): void => {
      const value = firstBad(looked);
      if (value !== undefined) found.push({ layer: name, tensor, value });
    };
  try {
    const most = largestPiece(model, indices.length);
    for (let start = 0; start < indices.length && !isFound(); start += most) {
      const piece = indices.subarray(start, start + most);
      const count = piece.length;
      const input = workspace.tensor('input', count, model.inputShape);
      samples.readSamples(piece, input.data, epoch);
      const logits = model.forwardToLogits(input, true, look('output'));
      if (isFound()) break;
      const room = targets.makeRoom(workspace, count);
      targets.pick(piece, room);
      const losses = workspace.tensor('losses', count, []);
      const dLogits = workspace.tensor('dLogits', count, [classCount]);
      compiled.loss.compute(kernels, logits, room, losses, dLogits, 1 / indices.length);
      model.backwardFromLogits(dLogits, false, look('gradient of input'));
    }
  } finally {
    for (const [i, layer] of model.layers.entries()) layer.random.state = randomStates[i]!;
    restoreState();
  }
  return found[0] ?? firstOf(model.layers.toReversed(), (layer) => inParameters(layer, 'gradient'));
}

function firstOf<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

function inParameters(layer: BaseLayer, part: 'value' | 'gradient'): NonFinite | undefined {
  for (const parameter of layer.parameters) {
    const value = firstBad(parameter[part]);
    const tensor = part === 'value' ? parameter.name : `gradient of ${parameter.name}`;
    if (value !== undefined) return { layer: layer.name, tensor, value };
  }
  return undefined;
}
