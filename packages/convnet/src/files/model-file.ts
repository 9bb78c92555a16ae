/**
 * Model files: one safetensors file with weights, architecture and all that is needed to use it.
 *
 * Tensors have PyTorch's names and layouts (`conv1.weight` `[K, C, R, S]`), so that the same
 * network written as `nn.Sequential` loads them by `load_state_dict`. In `__metadata__`:
 *
 *     format                 "pt", as PyTorch writes
 *     convnet.version        version of these keys, "1"
 *     convnet.config         JSON of the network: name, inputShape, layers
 *     convnet.classes        JSON list of class names
 *     convnet.preprocess     JSON {mean, standardDeviation}
 *     convnet.test_accuracy  share of test samples classified right
 *     convnet.trained_on     name of the training data
 *     convnet.crc32          CRC-32 of the file with this value read as "00000000"
 *
 * Equal networks give equal bytes: nothing in the file depends on when, where or how fast they
 * were trained.
 */
import { formatShape, sameShape, ShapeError, type Kernels, type Tensor } from '@convnet/tensor';
import type { LayerConfig, Parameter } from '../layers/layer.ts';
import { LayerOptionError } from '../layers/options.ts';
import { layerFromConfig } from '../layers/registry.ts';
import type { ModelInfo, Preprocessing } from '../model/model-info.ts';
import type { SequentialConfig } from '../model/inference-model.ts';
import { Sequential } from '../model/sequential.ts';
import { canonicalJson } from './canonical-json.ts';
import { crc32 } from './crc32.ts';
import { ModelFileError } from './model-file-error.ts';
import { readSafetensors, writeSafetensors } from './safetensors.ts';
import { fromStored, toStored } from './stored-layout.ts';

const VERSION = '1';
const CRC_KEY = 'convnet.crc32';
const NO_CRC = '00000000';

/** Each parameter under the name it has in a file. */
function namedParameters(model: Sequential): Map<string, Parameter> {
  const named = model.layers.flatMap((layer) =>
    layer.parameters.map((parameter) => [`${layer.name}.${parameter.name}`, parameter] as const),
  );
  return new Map(named);
}

function checkFinite(name: string, { data }: Tensor): void {
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  throw new ModelFileError(
    `tensor "${name}": expected finite numbers; element ${bad} is ${data[bad]!}.`,
  );
}

/**
 * The bytes of a model file.
 * @throws ModelFileError if a weight is not finite: such a file could not be loaded.
 */
export function encodeModel(model: Sequential): Uint8Array<ArrayBuffer> {
  const tensors = new Map<string, Tensor>();
  for (const [name, { value, stored }] of namedParameters(model)) {
    checkFinite(name, value);
    tensors.set(name, toStored(value, stored));
  }
  const { classNames, preprocessing, testAccuracy, trainedOn } = model.info;
  const metadata = new Map([
    ['format', 'pt'],
    ['convnet.version', VERSION],
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

const hex = (crc: number): string => crc.toString(16).padStart(NO_CRC.length, '0');

/** Where the checksum's digits begin. Quotes in other values are escaped, so it is found once. */
function crcPosition(bytes: Uint8Array, digits: string): number {
  const key = `"${CRC_KEY}":"`;
  const pattern = new TextEncoder().encode(`${key}${digits}"`);
  const start = bytes.findIndex((_, i) => pattern.every((byte, j) => bytes[i + j] === byte));
  return start < 0 ? start : start + key.length;
}

/**
 * The network in a model file.
 *
 * @param source - what the bytes are, for messages; usually a path.
 * @throws ModelFileError if the bytes are not a whole, unchanged model file.
 */
export function decodeModel(
  bytes: Uint8Array,
  { source = 'model file', kernels }: { readonly source?: string; readonly kernels?: Kernels } = {},
): Sequential {
  try {
    return decode(bytes, kernels);
  } catch (error) {
    if (error instanceof ModelFileError) {
      throw new ModelFileError(`${source}: ${error.message}`, { cause: error });
    }
    throw error;
  }
}

function decode(bytes: Uint8Array, kernels: Kernels | undefined): Sequential {
  const { tensors, metadata } = readSafetensors(bytes);
  checkCrc(bytes, metadata.get(CRC_KEY));
  const version = metadata.get('convnet.version');
  const config = metadata.get('convnet.config');
  if (version === undefined || config === undefined) {
    throw new ModelFileError(
      'expected a model saved by this library; the file has weights but no convnet.config.',
    );
  }
  if (version !== VERSION) {
    throw new ModelFileError(
      `expected file version ${VERSION}; received ${version}. Load it with a newer release.`,
    );
  }
  const model = buildModel(parseJson(config, 'convnet.config'), tensors, kernels);
  const parameters = namedParameters(model);
  for (const name of tensors.keys()) {
    if (!parameters.has(name)) {
      throw new ModelFileError(
        `tensor ${JSON.stringify(name)} belongs to no layer of the network.`,
      );
    }
  }
  for (const [name, parameter] of parameters) fillParameter(name, parameter, tensors.get(name));
  model.info = readInfo(metadata, model);
  return model;
}

function checkCrc(bytes: Uint8Array, stored: string | undefined): void {
  if (stored === undefined) return; // written by another program
  const at = crcPosition(bytes, stored);
  const zeroed = bytes.slice();
  if (at >= 0) zeroed.set(new TextEncoder().encode(NO_CRC), at);
  const actual = hex(crc32(zeroed));
  if (actual !== stored) {
    throw new ModelFileError(
      `the file is damaged: expected checksum ${stored}; its bytes give ${actual}. Copy or train it again.`,
    );
  }
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ModelFileError(`${where}: expected JSON.`);
  }
}

function isConfig(config: unknown): config is SequentialConfig {
  if (typeof config !== 'object' || config === null) return false;
  const { name, inputShape, layers } = config as Record<string, unknown>;
  const isLayer = (layer: unknown): layer is LayerConfig =>
    typeof layer === 'object' &&
    layer !== null &&
    typeof (layer as LayerConfig).type === 'string' &&
    typeof (layer as LayerConfig).name === 'string';
  return (
    typeof name === 'string' &&
    Array.isArray(inputShape) &&
    Array.isArray(layers) &&
    layers.every(isLayer)
  );
}

/** Builds the network, taking no more memory for parameters than the file has numbers for. */
function buildModel(
  config: unknown,
  tensors: ReadonlyMap<string, Tensor>,
  kernels: Kernels | undefined,
): Sequential {
  if (!isConfig(config)) {
    throw new ModelFileError('convnet.config: expected {name, inputShape, layers}.');
  }
  let available = 0;
  for (const { size } of tensors.values()) available += size;
  const beforeAllocation = (size: number, layer: string): void => {
    available -= size;
    if (!(available >= 0)) {
      throw new ModelFileError(`${layer}: the file has fewer weights than its architecture needs.`);
    }
  };
  const isFloat64 = [...tensors.values()].some(({ dtype }) => dtype === 'float64');
  try {
    return new Sequential(
      {
        name: config.name,
        inputShape: config.inputShape,
        layers: config.layers.map(layerFromConfig),
        dtype: isFloat64 ? 'float64' : 'float32',
        ...(kernels ? { kernels } : {}),
      },
      { beforeAllocation, skipInitialization: true },
    );
  } catch (error) {
    const isBadConfig =
      error instanceof LayerOptionError ||
      error instanceof RangeError ||
      error instanceof ShapeError;
    if (!isBadConfig) throw error;
    throw new ModelFileError(`convnet.config: ${error.message}`, { cause: error });
  }
}

function fillParameter(name: string, parameter: Parameter, tensor: Tensor | undefined): void {
  const { shape } = parameter.stored;
  if (!tensor || !sameShape(tensor.shape, shape)) {
    const received = tensor ? formatShape(tensor.shape) : 'no such tensor';
    throw new ModelFileError(
      `tensor "${name}": expected shape ${formatShape(shape)}; received ${received}.`,
    );
  }
  checkFinite(name, tensor);
  fromStored(tensor, parameter.stored, parameter.value);
}

function readInfo(metadata: ReadonlyMap<string, string>, model: Sequential): ModelInfo {
  const read = <T>(
    key: string,
    expected: string,
    isValid: (value: unknown) => value is T,
  ): T | undefined => {
    const text = metadata.get(key);
    if (text === undefined) return undefined;
    const value = parseJson(text, key);
    if (isValid(value)) return value;
    throw new ModelFileError(`${key}: expected ${expected}; received ${text.slice(0, 100)}.`);
  };
  const outputs = model.outputShape.at(-1)!;
  const classNames = read(
    'convnet.classes',
    `a list of ${outputs} strings`,
    (value): value is string[] =>
      Array.isArray(value) &&
      value.length === outputs &&
      value.every((name) => typeof name === 'string'),
  );
  const preprocessing = read(
    'convnet.preprocess',
    '{mean, standardDeviation}, finite numbers, the latter above 0',
    (value): value is Preprocessing => {
      const { mean, standardDeviation } = (value ?? {}) as Partial<Preprocessing>;
      return Number.isFinite(mean) && Number.isFinite(standardDeviation) && standardDeviation! > 0;
    },
  );
  const testAccuracy = read(
    'convnet.test_accuracy',
    'a number from 0 to 1',
    (value): value is number => typeof value === 'number' && value >= 0 && value <= 1,
  );
  const trainedOn = metadata.get('convnet.trained_on');
  return {
    ...(classNames && { classNames }),
    ...(preprocessing && { preprocessing }),
    ...(testAccuracy !== undefined && { testAccuracy }),
    ...(trainedOn !== undefined && { trainedOn }),
  };
}
