/**
 * The layers that a model file may name: those of this library, and those that the caller passes.
 * A file never decides what code runs: an unknown type is an error.
 */
import { booleanOption, listOption, OptionError, shown } from '@convnet/tensor';
import { layers } from './index.ts';
import type { Layer, LayerConfig } from './layer.ts';
import { checkOptionsOf } from './options.ts';

type LayerMaker = (options: LayerConfig) => Layer;

/** How layers are made, by type. */
export type LayerMakers = ReadonlyMap<string, LayerMaker>;

/**
 * A kind of layer that is not part of this library, as loading a file needs it. A class with these
 * two as static members is one.
 */
export interface LayerKind {
  /** The layer's `type`. */
  readonly type: string;
  /**
   * The layer whose `config()` is `config`, which comes from a file: options may be of any type, and
   * must be checked.
   * @throws OptionError for impossible options.
   */
  fromConfig(config: LayerConfig): Layer;
}

/** The options in a configuration. */
const optionsIn = (config: LayerConfig): object => ({
  ...config,
  type: undefined,
  trainable: undefined,
});

/** Makers check their options themselves, so JSON of any kind may be passed to them. */
const makers: LayerMakers = new Map(
  Object.entries(layers as unknown as Readonly<Record<string, (options: object) => Layer>>)
    .filter(([type]) => type !== 'input')
    .map(([type, make]) => [type, (config) => make(optionsIn(config))]),
);

/** The types of this library's layers. */
export const layerTypes: readonly string[] = [...makers.keys()];

/**
 * The layers of this library and `custom` ones, by type.
 * @throws OptionError if two have one type.
 */
export function layerMakers(custom: readonly LayerKind[]): LayerMakers {
  if (listOption(custom, 'layers').length === 0) return makers;
  const all = new Map(makers);
  for (const kind of custom) {
    const { type, fromConfig } = Object(kind) as Partial<LayerKind>;
    if (typeof type !== 'string' || type === '' || typeof fromConfig !== 'function') {
      throw new OptionError(
        `layers: expected classes with a static type and a static fromConfig; received type ${shown(type)}.`,
      );
    }
    if (all.has(type)) {
      throw new OptionError(
        `layers: expected types that differ from each other and from this library's; received "${type}". Rename it.`,
      );
    }
    all.set(type, (config) => kind.fromConfig(config));
  }
  return all;
}

/**
 * The layer that `options` describe; options left out take their defaults.
 * @throws OptionError for unknown types and impossible options.
 */
export function layerFromOptions(options: LayerConfig, known: LayerMakers = makers): Layer {
  const make = known.get(options.type);
  if (!make) {
    throw new OptionError(
      `unknown layer type ${shown(options.type)}; this version knows ${[...known.keys()].sort().join(', ')}. Pass layers of your own as { layers: [ … ] }, or load the file with a newer release.`,
    );
  }
  const layer = make(options);
  const { trainable = true } = options;
  layer.trainable = booleanOption(trainable, `${options.type} trainable`);
  return layer;
}

/**
 * The layer whose {@link Layer.config} is `config`.
 * @throws OptionError also for options that the layer does not have.
 */
export function layerFromConfig(config: LayerConfig, known: LayerMakers = makers): Layer {
  const layer = layerFromOptions(config, known);
  checkOptionsOf(layer, optionsIn(config), layer.label);
  return layer;
}
