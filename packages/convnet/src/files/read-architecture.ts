/**
 * From the JSON of a model file to the layers and how they are connected. Nodes stand in an order of
 * computation, so that a graph cannot have cycles: a node names only what stands before it.
 */
import { positiveInteger, shown } from '@convnet/tensor';
import type { Layer, LayerConfig } from '../layers/layer.ts';
import { layerFromConfig, type LayerMakers } from '../layers/registry.ts';
import { chain, NETWORK_INPUT, type Graph, type GraphNode } from '../network/graph.ts';
import type { FunctionalConfig, NodeConfig, SequentialConfig } from '../network/network-config.ts';
import { ModelFileError } from './model-file-error.ts';

/** Most layers of a network in a file: ten times those of the deepest in use. */
const MOST_LAYERS = 10_000;
/** Most inputs of all of them together. */
const MOST_CONNECTIONS = 100_000;

/** A network's layers, as a file describes them. */
export interface Architecture {
  readonly name: string;
  readonly graph: Graph;
}

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

const isListOf = <T>(value: unknown, isEntry: (entry: unknown) => entry is T): value is T[] =>
  Array.isArray(value) && value.every(isEntry);

const isString = (value: unknown): value is string => typeof value === 'string';

const isLayer = (value: unknown): value is LayerConfig =>
  isObject(value) && isString(value['type']) && isString(value['name']);

const isNode = (value: unknown): value is NodeConfig =>
  isObject(value) && isListOf(value['inputs'], isString) && isLayer(value['layer']);

const isInput = (value: unknown): value is FunctionalConfig['inputs'][0] =>
  isObject(value) && isString(value['name']) && Array.isArray(value['shape']);

const isSequential = (value: unknown): value is SequentialConfig =>
  isObject(value) &&
  isString(value['name']) &&
  Array.isArray(value['inputShape']) &&
  isListOf(value['layers'], isLayer);

const isFunctional = (value: unknown): value is FunctionalConfig =>
  isObject(value) &&
  isString(value['name']) &&
  isListOf(value['inputs'], isInput) &&
  isListOf(value['nodes'], isNode) &&
  isListOf(value['outputs'], isString);

function refuse(what: string): never {
  throw new ModelFileError(`convnet.config: ${what}`);
}

function checkCount(count: number, most: number, what: string): void {
  if (count > most) refuse(`expected at most ${most} ${what}; received ${count}.`);
}

/**
 * Layers that follow one another.
 * @throws ModelFileError for JSON of another kind; OptionError for invalid layers.
 */
export function readSequential(config: unknown, makers: LayerMakers): Architecture {
  if (!isSequential(config)) refuse('expected {name, inputShape, layers}.');
  checkCount(config.layers.length, MOST_LAYERS, 'layers');
  const layers = config.layers.map((layer) => layerFromConfig(layer, makers));
  return { name: config.name, graph: chain(config.inputShape, layers) };
}

/**
 * Layers that form a graph.
 * @throws ModelFileError for JSON of another kind, and for graphs that cannot be; OptionError
 * for invalid layers.
 */
export function readFunctional(config: unknown, makers: LayerMakers): Architecture {
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
    nodes: connected(first.name, nodes, (layer) => layerFromConfig(layer, makers)),
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
