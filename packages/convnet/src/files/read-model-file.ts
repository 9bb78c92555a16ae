/** Reading model files; `model-file-format.ts` tells what is in them. */
import {
  asBytes,
  checkOptions,
  crc32,
  formatShape,
  type OptionError,
  sameShape,
  type ShapeError,
  shown,
  sizeOf,
  type InferenceKernels,
  type Tensor,
  isErrorNamed,
} from '@convnet/tensor/inference';
import type { Layer } from '../layers/layer.ts';
import { withCustomLayers, type KnownLayers, type LayerKind } from '../layers/registry.ts';
import type { FileOptions, InferenceModel, NetworkOptions } from '../network/inference-model.ts';
import type { ModelInfo, Preprocessing } from '../network/model-info.ts';
import { ModelFileError } from './model-file-error.ts';
import {
  checkFinite,
  CRC_KEY,
  crcPosition,
  hex,
  namedTensors,
  NO_CRC,
  TRAINING_KEY,
  TRAINING_PREFIX,
} from './model-file-format.ts';
import type { Architecture, ArchitectureReaders } from './read-architecture.ts';
import { readTensors, type NumberReaders, type ReadSafetensorsResult } from './safetensors.ts';
import { fromStored } from './stored-layout.ts';

/**
 * Most numbers that a sample, its outputs in all layers and what these need beside may take together: as float32, 1 GiB. A
 * network that needs more is a mistake, or made to exhaust memory.
 */
const MOST_ACTIVATIONS = 2 ** 28;

/** What a file may hold. */
export interface Readable {
  readonly layers: KnownLayers;
  readonly architectures: ArchitectureReaders;
  readonly numbers: NumberReaders;
}

/** Makes the network that a file describes, with its weights at zero. */
export type ModelMaker<M> = (options: NetworkOptions, build: FileOptions) => M;

/** Options of `decodeModel`: what the bytes are, and what is needed to understand them. */
export interface DecodeOptions<K extends InferenceKernels = InferenceKernels> {
  /** The name of the bytes in messages; usually a path. */
  readonly source?: string | undefined;
  /** The arithmetic to compute with; default the fastest that the engine runs, on all its cores. */
  readonly kernels?: K | undefined;
  /** Layers of your own that the file may name; it never names anything else. */
  readonly layers?: readonly LayerKind[] | undefined;
}

/**
 * The network in a model file.
 *
 * @param readable - what the file may hold, beside the layers in `options`.
 * @throws ModelFileError if the bytes are not a whole, unchanged model file; OptionError if
 * `layers` has a type twice.
 */
export function readModelFile<M extends InferenceModel>(
  file: Uint8Array | ArrayBuffer,
  options: DecodeOptions,
  readable: Readable,
  make: ModelMaker<M>,
): M {
  checkOptions(options, 'source kernels layers', 'decodeModel');
  const { source = 'model file', layers = [] } = options;
  const all = { ...readable, layers: withCustomLayers(readable.layers, layers) };
  const bytes = asBytes(file, 'decodeModel');
  try {
    return read(bytes, all, make);
  } catch (error) {
    if (isErrorNamed<ModelFileError>(error, 'ModelFileError')) {
      throw new ModelFileError(`${source}: ${error.message}`, { cause: error });
    }
    throw error;
  }
}

/**
 * The tensors and the metadata of a model file or a checkpoint.
 * @throws ModelFileError if the bytes are damaged.
 */
export function readContents(bytes: Uint8Array, numbers: NumberReaders): ReadSafetensorsResult {
  const contents = readTensors(bytes, numbers);
  checkCrc(bytes, contents.metadata.get(CRC_KEY));
  return contents;
}

function read<M extends InferenceModel>(
  bytes: Uint8Array,
  readable: Readable,
  make: ModelMaker<M>,
): M {
  const { tensors: all, metadata, notRead } = readContents(bytes, readable.numbers);
  const version = metadata.get('convnet.version');
  const config = metadata.get('convnet.config');
  if (version === undefined || config === undefined) {
    throw new ModelFileError(
      'expected a model saved by this library; the file has weights but no convnet.config.',
    );
  }
  const { architectures, layers } = readable;
  const readArchitecture = architectures.get(version);
  if (!readArchitecture) {
    throw new ModelFileError(
      `expected file version ${[...architectures.keys()].join(' or ')}; received ${version}. Load it with a newer release.`,
    );
  }
  const isCheckpoint = metadata.has(TRAINING_KEY);
  const tensors = new Map(
    [...all].filter(([name]) => !(isCheckpoint && name.startsWith(TRAINING_PREFIX))),
  );
  const json = parseJson(config, 'convnet.config');
  const model = buildModel(() => readArchitecture(json, layers), tensors, make);
  const expected = namedTensors(model);
  for (const name of [...tensors.keys(), ...notRead.keys()]) {
    if (!expected.has(name)) {
      throw new ModelFileError(`tensor ${shown(name)} belongs to no layer of the network.`);
    }
  }
  fillTensors(model, tensors, { notRead });
  model.info = readInfo(metadata, model);
  return model;
}

function checkCrc(bytes: Uint8Array, stored: string | undefined): void {
  if (stored === undefined) return; // written by another program
  const at = crcPosition(bytes, stored);
  const placeholder = new TextEncoder().encode(NO_CRC);
  const actual = hex(
    at < 0
      ? crc32(bytes)
      : crc32(
          bytes.subarray(at + placeholder.length),
          crc32(placeholder, crc32(bytes.subarray(0, at))),
        ),
  );
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

/** Builds the network, taking no more memory for parameters than the file has numbers for. */
function buildModel<M extends InferenceModel>(
  architecture: () => Architecture,
  tensors: ReadonlyMap<string, Tensor>,
  make: ModelMaker<M>,
): M {
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
    const model = make(
      { ...architecture(), dtype: isFloat64 ? 'float64' : 'float32' },
      { beforeAllocation, skipInitialization: true },
    );
    const activations = model.layers.reduce(
      (sum, layer) => sum + layer.activationSize + layer.scratchSize(),
      sizeOf(model.inputShape),
    );
    if (activations > MOST_ACTIVATIONS) {
      throw new ModelFileError(
        `convnet.config: expected layers that take, for a sample, at most ${MOST_ACTIVATIONS} numbers of memory; they take ${activations}.`,
      );
    }
    return model;
  } catch (error) {
    const isBadConfig =
      isErrorNamed<OptionError>(error, 'OptionError') ||
      error instanceof RangeError ||
      isErrorNamed<ShapeError>(error, 'ShapeError');
    if (!isBadConfig) throw error;
    const hint = isErrorNamed<OptionError>(error, 'OptionError')
      ? ' If a newer release has written the file, load it there.'
      : '';
    throw new ModelFileError(`convnet.config: ${error.message}${hint}`, { cause: error });
  }
}

interface FillOptions {
  /** Leave what the file has no tensors for as it is. */
  readonly allowMissing?: boolean;
  /** Tensors of the file that are not read, with their dtype. */
  readonly notRead?: ReadonlyMap<string, string>;
}

/**
 * Fills a network's parameters and state from a file's tensors.
 * @throws ModelFileError if one is missing, has another shape or is not finite; nothing has changed
 * then.
 */
export function fillTensors(
  model: { readonly layers: readonly Layer[] },
  tensors: ReadonlyMap<string, Tensor>,
  { allowMissing = false, notRead }: FillOptions = {},
): void {
  const isThere = (name: string): boolean => tensors.has(name) || notRead?.has(name) === true;
  const wanted = [...namedTensors(model)].filter(([name]) => !allowMissing || isThere(name));
  for (const [name, { stored }] of wanted) {
    const tensor = tensors.get(name);
    if (!tensor || !sameShape(tensor.shape, stored.shape)) {
      const dtype = notRead?.get(name);
      const received = dtype
        ? `${dtype}, which is not read. Save it in float32`
        : tensor
          ? formatShape(tensor.shape)
          : 'no such tensor';
      throw new ModelFileError(
        `tensor ${shown(name)}: expected shape ${formatShape(stored.shape)}; received ${received}.`,
      );
    }
    checkFinite(name, tensor);
  }
  for (const [name, { stored, value }] of wanted) fromStored(tensors.get(name)!, stored, value);
}

const isNumber = (value: unknown, above: number): boolean =>
  Number.isFinite(value) && (value as number) > above;

function readInfo(metadata: ReadonlyMap<string, string>, model: InferenceModel): ModelInfo {
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
    `a list of ${outputs} different strings`,
    (value): value is string[] =>
      Array.isArray(value) &&
      value.length === outputs &&
      value.every((name) => typeof name === 'string') &&
      new Set(value).size === outputs,
  );
  const preprocessing = read(
    'convnet.preprocess',
    '{mean, standardDeviation}, finite numbers or one for each channel, the latter above 0, and perhaps fit (letterbox or stretch) and invert (true or false)',
    (value): value is Preprocessing => {
      const { mean, standardDeviation, fit, invert } = (value ?? {}) as Partial<Preprocessing>;
      const channels = model.inputShape.at(-1)!;
      const areNumbers = (numbers: unknown, above: number): boolean =>
        Array.isArray(numbers)
          ? numbers.length === channels && numbers.every((number) => isNumber(number, above))
          : isNumber(numbers, above);
      return (
        areNumbers(mean, -Infinity) &&
        areNumbers(standardDeviation, 0) &&
        [undefined, 'letterbox', 'stretch'].includes(fit) &&
        [undefined, true, false].includes(invert)
      );
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
