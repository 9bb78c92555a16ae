/**
 * Writes the network of the inference workloads as an ONNX file: protocol buffers by hand, as
 * `onnx.proto` numbers its fields. Activations are [N, C, H, W], kernels [K, C, R, S]; weights are
 * random, which takes as long to compute with as trained ones.
 */
import { CLASSES, IMAGE_SIZE } from '../workload.ts';

const IR_VERSION = 8;
const OPSET = 17;
const FLOAT = 1;
const INT_ATTRIBUTE = 2;
const INTS_ATTRIBUTE = 7;

const VARINT = 0;
const LENGTH_DELIMITED = 2;

/** One field of a message: a whole number, text, bytes, or a message of encoded fields. */
type Value = number | string | Uint8Array | readonly Uint8Array[];

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return [...bytes, rest];
}

function field(number: number, value: Value): Uint8Array {
  if (typeof value === 'number') {
    return Uint8Array.from([...varint(number * 8 + VARINT), ...varint(value)]);
  }
  const payload =
    typeof value === 'string'
      ? Buffer.from(value)
      : value instanceof Uint8Array
        ? value
        : Buffer.concat(value);
  return Buffer.concat([
    Uint8Array.from([...varint(number * 8 + LENGTH_DELIMITED), ...varint(payload.length)]),
    payload,
  ]);
}

function attribute(name: string, value: number | readonly number[]): Uint8Array[] {
  return typeof value === 'number'
    ? [field(1, name), field(3, value), field(20, INT_ATTRIBUTE)]
    : [field(1, name), ...value.map((entry) => field(8, entry)), field(20, INTS_ATTRIBUTE)];
}

function node(
  operator: string,
  inputs: readonly string[],
  output: string,
  attributes: Readonly<Record<string, number | readonly number[]>> = {},
): Uint8Array {
  return field(1, [
    ...inputs.map((input) => field(1, input)),
    field(2, output),
    field(4, operator),
    ...Object.entries(attributes).map(([name, value]) => field(5, attribute(name, value))),
  ]);
}

/** Random weights, uniform with the variance 2 / `fanIn`. */
function weights(name: string, shape: readonly number[], fanIn: number): Uint8Array {
  const count = shape.reduce((product, size) => product * size, 1);
  const bound = Math.sqrt(6 / fanIn);
  const data = Float32Array.from({ length: count }, () => (Math.random() * 2 - 1) * bound);
  return field(5, [
    ...shape.map((size) => field(1, size)),
    field(2, FLOAT),
    field(8, name),
    field(9, new Uint8Array(data.buffer)),
  ]);
}

/** A value of float32; a size that is text stands for any. */
function floats(number: number, name: string, shape: readonly (number | string)[]): Uint8Array {
  const sizes = shape.map((size) => field(1, [field(typeof size === 'number' ? 1 : 2, size)]));
  return field(number, [field(1, name), field(2, [field(1, [field(1, FLOAT), field(2, sizes)])])]);
}

/** The file of the network with input `images` [N, 1, 28, 28] and output `probabilities` [N, 10]. */
export function encodeNetwork(): Uint8Array {
  const pool = { kernel_shape: [2, 2], strides: [2, 2] };
  const flat = 5 * 5 * 64;
  const graph = [
    node('Conv', ['images', 'kernel1', 'bias1'], 'conv1', { kernel_shape: [3, 3] }),
    node('Relu', ['conv1'], 'relu1'),
    node('MaxPool', ['relu1'], 'pool1', pool),
    node('Conv', ['pool1', 'kernel2', 'bias2'], 'conv2', { kernel_shape: [3, 3] }),
    node('Relu', ['conv2'], 'relu2'),
    node('MaxPool', ['relu2'], 'pool2', pool),
    node('Flatten', ['pool2'], 'flat'),
    node('Gemm', ['flat', 'weights', 'bias3'], 'logits'),
    node('Softmax', ['logits'], 'probabilities', { axis: 1 }),
    field(2, 'network'),
    weights('kernel1', [32, 1, 3, 3], 9),
    weights('bias1', [32], 9),
    weights('kernel2', [64, 32, 3, 3], 288),
    weights('bias2', [64], 288),
    weights('weights', [flat, CLASSES], flat),
    weights('bias3', [CLASSES], flat),
    floats(11, 'images', ['N', 1, IMAGE_SIZE, IMAGE_SIZE]),
    floats(12, 'probabilities', ['N', CLASSES]),
  ];
  return Buffer.concat([
    field(1, IR_VERSION),
    field(7, graph),
    field(8, [field(1, ''), field(2, OPSET)]),
  ]);
}
