/**
 * The graph of an ONNX model under construction (onnx.proto3 of the ONNX repository has the numbers
 * of the fields). Values have names; nodes read some and write one.
 */
import type { Tensor } from '@convnet/tensor';
import { ProtobufMessage } from './protobuf.ts';

/** Version of the file format, and of the operators that are used. */
const IR_VERSION = 8;
const OPERATOR_SET = 17;

const FLOAT = 1;
const INT64 = 7;
const ATTRIBUTE_TYPES = { float: 1, integer: 2, string: 3, integers: 7 } as const;

/** Attributes of a node: a list is of integers, a number is an integer unless it says `float`. */
export type Attribute = number | string | readonly number[] | { readonly float: number };

/** A size of a value: a number, or a name for what may vary. */
type Dimension = number | string;

/** See the top of this file. */
export class OnnxGraph {
  readonly #graph = new ProtobufMessage();
  readonly #used = new Set<string>();
  readonly #operators = new Map<string, string>();

  /** A name that is not taken: `wanted`, or with a number behind it. */
  name(wanted: string): string {
    let name = wanted;
    for (let i = 2; this.#used.has(name); i++) name = `${wanted}_${i}`;
    this.#used.add(name);
    return name;
  }

  /**
   * Adds a node.
   * @param output - what to call its value, if that is free.
   * @returns the value's name.
   */
  node(
    operator: string,
    inputs: readonly string[],
    output: string,
    attributes: Readonly<Record<string, Attribute>> = {},
  ): string {
    const name = this.name(output);
    const node = new ProtobufMessage();
    for (const input of inputs) node.string(1, input);
    node.string(2, name).string(3, name).string(4, operator);
    for (const [key, value] of Object.entries(attributes)) node.message(5, attribute(key, value));
    this.#graph.message(1, node);
    this.#operators.set(name, operator);
    return name;
  }

  /** The operator of the node that a value comes from; `undefined` for inputs and constants. */
  operatorOf(name: string): string | undefined {
    return this.#operators.get(name);
  }

  /** Adds constants, in float32. @returns the value's name. */
  floats(wanted: string, { data, shape }: Pick<Tensor, 'data' | 'shape'>): string {
    const bytes = new Uint8Array(data.length * 4);
    const view = new DataView(bytes.buffer);
    for (const [i, value] of data.entries()) view.setFloat32(4 * i, value, true);
    return this.#constant(wanted, shape, FLOAT, bytes);
  }

  /** Adds whole numbers, such as a shape. @returns the value's name. */
  integers(wanted: string, values: readonly number[]): string {
    const bytes = new Uint8Array(values.length * 8);
    const view = new DataView(bytes.buffer);
    for (const [i, value] of values.entries()) view.setBigInt64(8 * i, BigInt(value), true);
    return this.#constant(wanted, [values.length], INT64, bytes);
  }

  #constant(wanted: string, shape: readonly number[], type: number, raw: Uint8Array): string {
    const name = this.name(wanted);
    const tensor = new ProtobufMessage();
    for (const length of shape) tensor.integer(1, length);
    this.#graph.message(5, tensor.integer(2, type).string(8, name).bytes(9, raw));
    return name;
  }

  /** Gives a value another name, by a node that does nothing else. */
  rename(from: string, to: string): void {
    this.#graph.message(
      1,
      new ProtobufMessage().string(1, from).string(2, to).string(3, to).string(4, 'Identity'),
    );
  }

  /** Declares a value that the model takes, and what it is, for people. */
  input(name: string, shape: readonly Dimension[], description: string): void {
    this.#used.add(name);
    this.#graph.message(11, valueInfo(name, shape, description));
  }

  /** Declares a value that the model gives. */
  output(name: string, shape: readonly Dimension[], description: string): void {
    this.#graph.message(12, valueInfo(name, shape, description));
  }

  /** The bytes of the model. */
  encode(name: string, metadata: ReadonlyMap<string, string>): Uint8Array<ArrayBuffer> {
    this.#graph.string(2, name);
    const operators = new ProtobufMessage().string(1, '').integer(2, OPERATOR_SET);
    const model = new ProtobufMessage()
      .integer(1, IR_VERSION)
      .string(2, 'convnet')
      .message(7, this.#graph)
      .message(8, operators);
    for (const [key, value] of metadata) {
      model.message(14, new ProtobufMessage().string(1, key).string(2, value));
    }
    return model.encode();
  }
}

function attribute(name: string, value: Attribute): ProtobufMessage {
  const message = new ProtobufMessage().string(1, name);
  if (typeof value === 'number') {
    return message.integer(3, value).integer(20, ATTRIBUTE_TYPES.integer);
  }
  if (typeof value === 'string') {
    return message.string(4, value).integer(20, ATTRIBUTE_TYPES.string);
  }
  if ('float' in value) return message.float(2, value.float).integer(20, ATTRIBUTE_TYPES.float);
  for (const element of value) message.integer(8, element);
  return message.integer(20, ATTRIBUTE_TYPES.integers);
}

function valueInfo(
  name: string,
  shape: readonly Dimension[],
  description: string,
): ProtobufMessage {
  const dimensions = new ProtobufMessage();
  for (const length of shape) {
    const dimension = new ProtobufMessage();
    if (typeof length === 'number') dimension.integer(1, length);
    else dimension.string(2, length);
    dimensions.message(1, dimension);
  }
  const tensor = new ProtobufMessage().integer(1, FLOAT).message(2, dimensions);
  return new ProtobufMessage()
    .string(1, name)
    .message(2, new ProtobufMessage().message(1, tensor))
    .string(3, description);
}
