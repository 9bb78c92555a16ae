/** From the JSON of a model file to the layers, which follow one another. */
import type { LayerConfig } from '../layers/layer.ts';
import { layerFromConfig, type KnownLayers } from '../layers/registry.ts';
import { chain, type Graph } from '../network/graph.ts';
import type { SequentialConfig } from '../network/network-config.ts';
import { ModelFileError } from './model-file-error.ts';

/** Most layers of a network in a file: ten times those of the deepest in use. */
export const MOST_LAYERS = 10_000;

/** A network's layers, as a file describes them. */
export interface Architecture {
  readonly name: string;
  readonly graph: Graph;
}

/** How the architecture in a file is read, by the version of the file. */
export type ArchitectureReaders = ReadonlyMap<
  string,
  (config: unknown, known: KnownLayers) => Architecture
>;

type Fields = Readonly<Record<string, unknown>>;

/** Whether JSON is an object or a list. */
export const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null;

/** Whether JSON is a list of such entries. */
export const isListOf = <T>(
  value: unknown,
  isEntry: (entry: unknown) => entry is T,
): value is T[] => Array.isArray(value) && value.every(isEntry);

/** Whether JSON is a text. */
export const isString = (value: unknown): value is string => typeof value === 'string';

/** Whether JSON may be a layer's configuration. */
export const isLayer = (value: unknown): value is LayerConfig =>
  isObject(value) && isString(value['type']) && isString(value['name']);

const isSequential = (value: unknown): value is SequentialConfig =>
  isObject(value) &&
  isString(value['name']) &&
  Array.isArray(value['inputShape']) &&
  isListOf(value['layers'], isLayer);

/** @throws ModelFileError */
export function refuse(what: string): never {
  throw new ModelFileError(`convnet.config: ${what}`);
}

/** @throws ModelFileError if there are too many. */
export function checkCount(count: number, most: number, what: string): void {
  if (count > most) refuse(`expected at most ${most} ${what}; received ${count}.`);
}

/**
 * Layers that follow one another.
 * @throws ModelFileError for JSON of another kind; OptionError for invalid layers.
 */
export function readSequential(config: unknown, known: KnownLayers): Architecture {
  if (!isSequential(config)) refuse('expected {name, inputShape, layers}.');
  checkCount(config.layers.length, MOST_LAYERS, 'layers');
  const layers = config.layers.map((layer) => layerFromConfig(layer, known));
  return { name: config.name, graph: chain(config.inputShape, layers) };
}
