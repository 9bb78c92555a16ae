/**
 * The layers that a model file may name. A file never decides what code runs: an unknown type
 * is an error.
 */
import { canonicalJson } from '../files/canonical-json.ts';
import { conv2d, type Conv2dOptions } from './conv2d.ts';
import { dense, type DenseOptions } from './dense.ts';
import { dropout, type DropoutOptions } from './dropout.ts';
import { flatten } from './flatten.ts';
import type { Layer, LayerConfig } from './layer.ts';
import { maxPooling2d } from './max-pooling2d.ts';
import { LayerOptionError } from './options.ts';
import { relu } from './relu.ts';
import { softmax } from './softmax.ts';

type LayerMaker = (options: LayerConfig) => Layer;

/** Makers check their options themselves, so JSON of any kind may be passed to them. */
const makers = new Map<string, LayerMaker>([
  ['conv2d', (options) => conv2d(options as unknown as Conv2dOptions)],
  ['dense', (options) => dense(options as unknown as DenseOptions)],
  ['dropout', (options) => dropout(options as unknown as DropoutOptions)],
  ['flatten', flatten],
  ['maxPooling2d', maxPooling2d],
  ['relu', relu],
  ['softmax', softmax],
]);

/**
 * The layer that `options` describe; options left out take their defaults.
 * @throws LayerOptionError for unknown types and impossible options.
 */
export function layerFromOptions(options: LayerConfig): Layer {
  const make = makers.get(options.type);
  if (!make) {
    throw new LayerOptionError(
      `unknown layer type ${JSON.stringify(options.type)}; this version knows ${[...makers.keys()].join(', ')}.`,
    );
  }
  return make(options);
}

/**
 * The layer whose {@link Layer.config} is `config`.
 * @throws LayerOptionError also for options that are missing or that the layer does not have.
 */
export function layerFromConfig(config: LayerConfig): Layer {
  const layer = layerFromOptions(config);
  const expected = canonicalJson(layer.config());
  const received = canonicalJson(config);
  if (received !== expected) {
    throw new LayerOptionError(
      `${layer.label}: expected the options ${expected}; received ${received}.`,
    );
  }
  return layer;
}
