/** Writing model files; `model-file-format.ts` tells what is in them. */
import { crc32, type Tensor } from '@convnet/tensor/inference';
import type { Layer } from '../layers/layer.ts';
import type { Graph } from '../network/graph.ts';
import type { ModelInfo } from '../network/model-info.ts';
import { canonicalJson } from '../canonical-json.ts';
import { ModelFileError } from './model-file-error.ts';
import {
  checkFinite,
  CRC_KEY,
  crcPosition,
  hex,
  namedTensors,
  NO_CRC,
  VERSIONS,
} from './model-file-format.ts';
import { writeSafetensors, type Safetensors } from './safetensors.ts';
import { toStored } from './stored-layout.ts';

/** A network as it is saved. */
export interface SavedModel {
  readonly graph: Graph;
  readonly layers: readonly Layer[];
  readonly info: ModelInfo;
  config(): object;
}

/**
 * The bytes of a model file.
 * @throws ModelFileError if a weight is not finite, or two classes have one name: such a file could
 * not be loaded.
 */
export function encodeModel(model: SavedModel): Uint8Array<ArrayBuffer> {
  return sealed(modelContents(model));
}

/** The tensors and the metadata of a model file, to which others may be added. */
export function modelContents(model: SavedModel): {
  readonly tensors: Map<string, Tensor>;
  readonly metadata: Map<string, string>;
} {
  const tensors = new Map<string, Tensor>();
  for (const [name, { value, stored }] of namedTensors(model)) {
    checkFinite(name, value);
    tensors.set(name, toStored(value, stored));
  }
  const { classNames, preprocessing, testAccuracy, trainedOn } = model.info;
  if (classNames && new Set(classNames).size < classNames.length) {
    throw new ModelFileError('classNames: expected different names.');
  }
  const metadata = new Map([
    ['format', 'pt'],
    ['convnet.version', VERSIONS[model.graph.form]],
    ['convnet.config', canonicalJson(model.config())],
  ]);
  if (classNames) metadata.set('convnet.classes', canonicalJson(classNames));
  if (preprocessing) metadata.set('convnet.preprocess', canonicalJson(preprocessing));
  if (testAccuracy !== undefined) metadata.set('convnet.test_accuracy', String(testAccuracy));
  if (trainedOn !== undefined) metadata.set('convnet.trained_on', trainedOn);
  return { tensors, metadata };
}

/** The bytes of a file with these contents and their checksum. */
export function sealed({ tensors, metadata }: Safetensors): Uint8Array<ArrayBuffer> {
  const withCrc = new Map([...metadata, [CRC_KEY, NO_CRC]]);
  const bytes = writeSafetensors({ tensors, metadata: withCrc });
  const at = crcPosition(bytes, NO_CRC);
  bytes.set(new TextEncoder().encode(hex(crc32(bytes))), at);
  return bytes;
}
