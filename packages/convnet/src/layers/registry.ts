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
 * The layer that `config` describes.
 * @throws LayerOptionError for unknown types and for options that the layer does not have.
 */
export function layerFromConfig(config: LayerConfig): Layer {
  const make = makers.get(config.type);
  if (!make) {
    throw new LayerOptionError(
      `unknown layer type ${JSON.stringify(config.type)}; this version knows ${[...makers.keys()].join(', ')}.`,
    );
  }
  const layer = make(config);
  if (canonicalJson(layer.config()) !== canonicalJson(config)) {
    throw new LayerOptionError(
      `${layer.label}: expected the options ${canonicalJson(layer.config())}; received ${canonicalJson(config)}.`,
    );
  }
  return layer;
}
