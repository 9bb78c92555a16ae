/** The forward pass through a graph: every node computes from what earlier ones gave. */
import type { Tensor } from '@convnet/tensor/inference';
import { NETWORK_INPUT, type PassNode } from './graph.ts';

/** Is shown what a pass computes, as it computes it: the `output` of the layer `conv1`. */
export type Observer = (layer: { readonly name: string }, what: string, tensor: Tensor) => void;

/** The output of the last of `nodes`, for a batch of inputs. */
export function forwardPass(
  nodes: readonly PassNode[],
  input: Tensor,
  training: boolean,
  observe?: Observer,
): Tensor {
  const outputs: Tensor[] = [];
  for (const { layer, inputs } of nodes) {
    const read = inputs.map((from) => (from === NETWORK_INPUT ? input : outputs[from]!));
    const output = layer.forwardPass(read, training);
    observe?.(layer, 'output', output);
    outputs.push(output);
  }
  return outputs.at(-1)!;
}
