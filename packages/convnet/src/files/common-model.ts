/** What a file holds of most networks for images: common layers that follow one another. */
import { commonLayers } from '../layers/common-layers.ts';
import { VERSIONS } from './model-file-format.ts';
import { readSequential } from './read-architecture.ts';
import type { Readable } from './read-model-file.ts';
import { float32Numbers } from './safetensors.ts';

/** See the top of this file. */
export const commonModel = (): Readable => ({
  layers: commonLayers(),
  architectures: new Map([[VERSIONS.sequential, readSequential]]),
  numbers: float32Numbers,
});
