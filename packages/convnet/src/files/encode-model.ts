/** Writing model files; `model-file-format.ts` tells what is in them. */
import type { Tensor } from '@convnet/tensor';
import type { InferenceModel } from '../model/inference-model.ts';
import { canonicalJson } from './canonical-json.ts';
import { crc32 } from './crc32.ts';
import {
  checkFinite,
  CRC_KEY,
  crcPosition,
  hex,
  namedTensors,
  NO_CRC,
  VERSIONS,
} from './model-file-format.ts';
import { writeSafetensors } from './safetensors.ts';
import { toStored } from './stored-layout.ts';

/**
 * The bytes of a model file.
 * @throws ModelFileError if a weight is not finite: such a file could not be loaded.
 */
export function encodeModel(model: InferenceModel): Uint8Array<ArrayBuffer> {
  const tensors = new Map<string, Tensor>();
  for (const [name, { value, stored }] of namedTensors(model)) {
    checkFinite(name, value);
    tensors.set(name, toStored(value, stored));
  }
  const { classNames, preprocessing, testAccuracy, trainedOn } = model.info;
  const metadata = new Map([
    ['format', 'pt'],
    ['convnet.version', VERSIONS[model.graph.form]],
    ['convnet.config', canonicalJson(model.config())],
    [CRC_KEY, NO_CRC],
  ]);
  if (classNames) metadata.set('convnet.classes', canonicalJson(classNames));
  if (preprocessing) metadata.set('convnet.preprocess', canonicalJson(preprocessing));
  if (testAccuracy !== undefined) metadata.set('convnet.test_accuracy', String(testAccuracy));
  if (trainedOn !== undefined) metadata.set('convnet.trained_on', trainedOn);
  const bytes = writeSafetensors({ tensors, metadata });
  const at = crcPosition(bytes, NO_CRC);
  bytes.set(new TextEncoder().encode(hex(crc32(bytes))), at);
  return bytes;
}
