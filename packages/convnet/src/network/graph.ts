/**
 * How the layers of a network are connected: a list of nodes, each a layer and where its inputs come
 * from. Every node reads only what stands before it, so the list is an order of computation; its
 * last node gives the network's output. A chain is the simple case, in which each reads the one
 * before.
 *
 *     input (−1) → conv1 (0) → relu1 (1) → add1 (2, reads 1 and −1)
 */
import { OptionError, positiveInteger, type Shape } from '@convnet/tensor/inference';
import type { Layer, LayerPasses } from '../layers/layer.ts';

/** Stands for the network's input where a node says what it reads. */
export const NETWORK_INPUT = -1;

/** A layer and its place in the graph. */
export interface PassNode {
  readonly layer: LayerPasses;
  /** The layer's inputs: indices of earlier nodes, or −1, the network's input. */
  readonly inputs: readonly number[];
}

/** A layer and its place. */
export interface GraphNode extends PassNode {
  readonly layer: Layer;
}

/** A network's layers, and how they are connected. */
export interface Graph {
  /** How it was put together, and so how it is described: a list of layers, or a graph. */
  readonly form: 'sequential' | 'functional';
  readonly inputName: string;
  /** Shape of one sample. */
  readonly inputShape: Shape;
  /** At least one. */
  readonly nodes: readonly GraphNode[];
}

/** The input of a chain has no name of its own. */
const CHAIN_INPUT = 'input';

/**
 * The graph of layers that follow one another.
 * @throws OptionError without layers or with an impossible shape.
 */
export function chain(inputShape: Shape, layers: readonly Layer[]): Graph {
  if (layers.length === 0) throw new OptionError('sequential: expected at least one layer.');
  inputShape.forEach((length) => positiveInteger(length, 'sequential inputShape'));
  return {
    form: 'sequential',
    inputName: CHAIN_INPUT,
    inputShape,
    // Of the first node, what comes before is the network's input.
    nodes: layers.map((layer, i) => ({ layer, inputs: [i - 1] })),
  };
}
