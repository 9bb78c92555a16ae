/**
 * From the JSON of a model file to layers that form a graph. Nodes stand in an order of computation, so
 * that there cannot be cycles: a node names only what stands before it.
 */
import { positiveInteger, shown } from '@convnet/tensor';
import type { Layer, LayerConfig } from '../layers/layer.ts';
import { layerFromConfig, type KnownLayers } from '../layers/registry.ts';
import { NETWORK_INPUT, type Graph, type GraphNode } from '../network/graph.ts';
import type { FunctionalConfig, NodeConfig } from '../network/network-config.ts';
import {
  checkCount,
  isLayer,
  isListOf,
  isObject,
  isString,
  MOST_LAYERS,
  refuse,
  type Architecture,
} from './read-architecture.ts';

/** Most inputs of all of them together. */
const MOST_CONNECTIONS = 100_000;

const isNode = (value: unknown): value is NodeConfig =>
  isObject(value) && isListOf(value['inputs'], isString) && isLayer(value['layer']);

const isInput = (value: unknown): value is FunctionalConfig['inputs'][0] =>
  isObject(value) && isString(value['name']) && Array.isArray(value['shape']);

const isFunctional = (value: unknown): value is FunctionalConfig =>
  isObject(value) &&
  isString(value['name']) &&
  isListOf(value['inputs'], isInput) &&
  isListOf(value['nodes'], isNode) &&
  isListOf(value['outputs'], isString);

/**
 * Layers that form a graph.
 * @throws ModelFileError for JSON of another kind, and for graphs that cannot be; OptionError
 * for invalid layers.
 */
export function readFunctional(config: unknown, known: KnownLayers): Architecture {
  if (!isFunctional(config)) refuse('expected {name, inputs, nodes, outputs}.');
  const { name, inputs, nodes, outputs } = config;
  const [first] = inputs;
  if (!first || inputs.length > 1) refuse(`expected one input; received ${inputs.length}.`);
  checkCount(nodes.length, MOST_LAYERS, 'layers');
  const connections = nodes.reduce((sum, node) => sum + node.inputs.length, 0);
  checkCount(connections, MOST_CONNECTIONS, 'inputs of layers');
  first.shape.forEach((length) => positiveInteger(length, 'input shape'));
  const graph: Graph = {
    form: 'functional',
    inputName: first.name,
    inputShape: first.shape,
    nodes: connected(first.name, nodes, (layer) => layerFromConfig(layer, known)),
  };
  const last = nodes.at(-1)!.layer.name;
  if (outputs.length !== 1 || outputs[0] !== last) {
    refuse(`expected the output ${shown(last)}, of the last layer; received ${shown(outputs)}.`);
  }
  return { name, graph };
}

/** Resolves names to indices; what is read stands before, and all but the last node is read. */
function connected(
  inputName: string,
  nodes: readonly NodeConfig[],
  make: (config: LayerConfig) => Layer,
): GraphNode[] {
  if (nodes.length === 0) refuse('expected at least one layer.');
  const indices = new Map([[inputName, NETWORK_INPUT]]);
  const unread = new Map<number, string>();
  const made = nodes.map(({ inputs, layer }, i) => {
    const read = inputs.map((name) => {
      const index = indices.get(name);
      if (index === undefined) {
        refuse(
          `layer "${layer.name}": expected inputs from layers before it; received ${shown(name)}.`,
        );
      }
      unread.delete(index);
      return index;
    });
    if (layer.name === '') refuse(`layer ${i}: expected a name; received none.`);
    if (indices.has(layer.name)) {
      refuse(`expected every layer to have a name of its own; received "${layer.name}" twice.`);
    }
    indices.set(layer.name, i);
    if (i < nodes.length - 1) unread.set(i, layer.name);
    return { layer: make(layer), inputs: read };
  });
  const [lost] = unread.values();
  if (lost !== undefined) refuse(`layer "${lost}": expected another layer to read it; none does.`);
  return made;
}
