/**
 * The backward pass through a graph: from the last node to the first, each turns the gradient of its
 * output into those of its inputs. What several nodes read has the sum of the gradients that they
 * give, the last reader's first. It ends where nothing before is trained.
 */
import { math, type Kernels, type Tensor } from '@convnet/tensor';
import type { Workspace } from '../layers/workspace.ts';
import type { Observer } from './forward-pass.ts';
import { NETWORK_INPUT, type PassNode } from './graph.ts';

/** Where sums of gradients are computed, and kept from batch to batch. */
export interface GradientSums {
  readonly kernels: Kernels;
  readonly workspace: Workspace;
}

/**
 * Adds the gradients of all parameters of `nodes`, for the batch of the last forward pass.
 * @param dOutput - gradient of the loss with respect to the output of the last node.
 * @returns the gradient of the network's input, if it is needed.
 */
export function backwardPass(
  nodes: readonly PassNode[],
  dOutput: Tensor,
  needsInputGradient: boolean,
  { kernels, workspace }: GradientSums,
  observe?: Observer,
): Tensor | undefined {
  const sum = (terms: readonly Tensor[], of: string): Tensor => {
    if (terms.length === 1) return terms[0]!;
    const [N, ...sample] = terms[0]!.shape;
    const total = workspace.tensor(`gradient of ${of}`, N!, sample);
    kernels.elementwise({ terms }, (each) => ({ total: math.sum(each.terms) }), { total });
    return total;
  };
  /** Whether something at a node, or before it, is trained, so that its gradient is needed. */
  const leadsToTraining: boolean[] = [];
  const isNeeded = (from: number): boolean =>
    from === NETWORK_INPUT ? needsInputGradient : leadsToTraining[from]!;
  for (const { layer, inputs } of nodes) {
    const isTrained = layer.trainable && layer.parameters.length > 0;
    leadsToTraining.push(isTrained || inputs.some(isNeeded));
  }
  const ofInput: Tensor[] = [];
  const ofOutputs = nodes.map((): Tensor[] => []);
  ofOutputs.at(-1)!.push(dOutput);
  for (let i = nodes.length - 1; i >= 0; i--) {
    if (!leadsToTraining[i]) continue;
    const { layer, inputs } = nodes[i]!;
    const needsGradient = inputs.map(isNeeded);
    const gradients = layer.backwardPass(sum(ofOutputs[i]!, layer.name), needsGradient);
    for (const { name, gradient } of layer.parameters) {
      observe?.(layer, `gradient of ${name}`, gradient);
    }
    for (const [k, from] of inputs.entries()) {
      if (!needsGradient[k]) continue;
      observe?.(layer, 'gradient of input', gradients[k]!);
      (from === NETWORK_INPUT ? ofInput : ofOutputs[from]!).push(gradients[k]!);
    }
  }
  return needsInputGradient ? sum(ofInput, 'the input') : undefined;
}
