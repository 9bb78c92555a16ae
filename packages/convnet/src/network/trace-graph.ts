/** From two symbolic tensors to the layers between them, in an order of computation. */
import { OptionError } from '@convnet/tensor';
import { isSymbolic, type SymbolicTensor } from '../layers/layer.ts';
import { NETWORK_INPUT, type Graph, type GraphNode } from './graph.ts';

/** One tensor, or a list of one. */
export type SingleTensor = SymbolicTensor | readonly [SymbolicTensor];

function single(tensor: unknown, where: 'inputs' | 'outputs'): SymbolicTensor {
  const list: readonly unknown[] = Array.isArray(tensor) ? tensor : [tensor];
  const [first] = list;
  if (list.length === 1 && isSymbolic(first)) return first;
  const received = list.length === 1 ? typeof first : `${list.length} tensors`;
  throw new OptionError(
    `functional ${where}: expected one tensor, of layers.input() or of a layer's apply(); received ${received}. A network has one input and one output; layers.add() and concatenate() join branches.`,
  );
}

/**
 * The graph from `inputs` to `outputs`. Layers are ordered as they are met on the way back from the
 * output, the first input of each before the others: so branches come in the order in which the
 * layer that joins them lists them.
 *
 * @throws OptionError unless these are one input and one output that depends on it alone.
 */
export function traceGraph(inputs: SingleTensor, outputs: SingleTensor): Graph {
  const input = single(inputs, 'inputs');
  const output = single(outputs, 'outputs');
  if (!('shape' in input.origin)) {
    throw new OptionError(
      `functional inputs: expected a tensor of layers.input(); received the output of ${input.origin.layer.label}.`,
    );
  }
  const indices = new Map<SymbolicTensor, number>([[input, NETWORK_INPUT]]);
  const nodes: GraphNode[] = [];
  // A stack instead of recursion, which deep networks would exhaust.
  for (const stack = [output]; stack.length > 0;) {
    const tensor = stack.at(-1)!;
    const { origin } = tensor;
    if (!indices.has(tensor)) {
      if ('shape' in origin) {
        throw new OptionError(
          `functional: expected outputs that depend on inputs alone; they also depend on the input "${origin.name}". A network has one input.`,
        );
      }
      const missing = origin.inputs.filter((from) => !indices.has(from));
      if (missing.length > 0) {
        stack.push(...missing.reverse());
        continue;
      }
      indices.set(tensor, nodes.length);
      nodes.push({ layer: origin.layer, inputs: origin.inputs.map((from) => indices.get(from)!) });
    }
    stack.pop();
  }
  if (nodes.length === 0) {
    throw new OptionError('functional: expected at least one layer between inputs and outputs.');
  }
  const { name, shape } = input.origin;
  return { form: 'functional', inputName: name, inputShape: shape, nodes };
}
