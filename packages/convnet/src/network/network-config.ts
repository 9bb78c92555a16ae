/** The JSON that recreates a network without its weights. */
import type { Shape } from '@convnet/tensor/inference';
import type { LayerConfig } from '../layers/layer.ts';
import { NETWORK_INPUT, type Graph } from './graph.ts';

/** Of layers that follow one another. */
export interface SequentialConfig {
  readonly name: string;
  readonly inputShape: Shape;
  readonly layers: readonly LayerConfig[];
}

/** A layer and the names of what it reads: earlier layers, or the network's input. */
export interface NodeConfig {
  readonly inputs: readonly string[];
  readonly layer: LayerConfig;
}

/** Of layers that form a graph, in an order of computation. */
export interface FunctionalConfig {
  readonly name: string;
  /** One. */
  readonly inputs: readonly { readonly name: string; readonly shape: Shape }[];
  readonly nodes: readonly NodeConfig[];
  /** One: the last node's name. */
  readonly outputs: readonly string[];
}

/** Either; `nodes` tells which. */
export type NetworkConfig = SequentialConfig | FunctionalConfig;

/** Describes a network whose layers have their names. */
export function networkConfig(name: string, graph: Graph): NetworkConfig {
  const { form, inputName, inputShape, nodes } = graph;
  if (form === 'sequential') {
    return { name, inputShape, layers: nodes.map(({ layer }) => layer.config()) };
  }
  return {
    name,
    inputs: [{ name: inputName, shape: inputShape }],
    nodes: nodes.map(({ layer, inputs }) => ({
      inputs: inputs.map((from) => (from === NETWORK_INPUT ? inputName : nodes[from]!.layer.name)),
      layer: layer.config(),
    })),
    outputs: [nodes.at(-1)!.layer.name],
  };
}
