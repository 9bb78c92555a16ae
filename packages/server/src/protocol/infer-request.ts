/**
 * Reads the JSON of an inference request. Everything is checked here, so that what comes after
 * meets nothing but a tensor that fits the network. Unknown members and parameters are ignored,
 * as the protocol demands.
 */
import { Tensor } from '@convnet/convnet';
import type { ServedModel } from '../served-model.ts';
import { describeValue } from './describe-value.ts';
import { MAX_BATCH_SIZE } from './limits.ts';
import { readNumbers } from './read-numbers.ts';
import { RequestError } from './request-error.ts';
import { inputMetadata, outputMetadata } from './tensor-metadata.ts';

/** A request that fits the network. */
export interface InferRequest {
  /** The client's own name for the request, to be returned with the answer. */
  readonly id: string | undefined;
  /** Inputs `[N, …inputShape]`. */
  readonly inputs: Tensor;
}

type JsonObject = Readonly<Record<string, unknown>>;

function invalid(where: string, expected: string, received: unknown, advice = ''): RequestError {
  const message = `${where}: expected ${expected}; received ${describeValue(received)}.${advice}`;
  return new RequestError(400, message);
}

function asObject(value: unknown, where: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as JsonObject;
  }
  throw invalid(where, 'a JSON object', value);
}

function checkParameters({ parameters }: JsonObject, where: string): void {
  if (parameters !== undefined) asObject(parameters, `${where}parameters`);
}

function readInput(value: unknown, model: ServedModel): Tensor {
  const where = 'inputs[0]';
  const input = asObject(value, where);
  const expected = inputMetadata(model);
  for (const member of ['name', 'datatype'] as const) {
    if (input[member] !== expected[member]) {
      throw invalid(`${where}.${member}`, `"${expected[member]}"`, input[member]);
    }
  }
  checkParameters(input, `${where}.`);
  const { shape, data } = input;
  const batchSize: unknown = Array.isArray(shape) ? shape[0] : undefined;
  const isShape =
    Array.isArray(shape) &&
    shape.length === expected.shape.length &&
    shape.slice(1).every((size, axis) => size === model.inputShape[axis]);
  if (!isShape || typeof batchSize !== 'number' || !Number.isInteger(batchSize)) {
    throw invalid(`${where}.shape`, `[N, ${model.inputShape.join(', ')}]`, shape);
  }
  if (batchSize < 1 || batchSize > MAX_BATCH_SIZE) {
    throw invalid(
      `${where}.shape`,
      `1 to ${MAX_BATCH_SIZE} samples`,
      batchSize,
      ' Send them in several requests.',
    );
  }
  if (!Array.isArray(data)) {
    throw invalid(`${where}.data`, 'a list of numbers, flat or nested', data);
  }
  const tensor = Tensor.zeros([batchSize, ...model.inputShape], model.dtype);
  readNumbers(data, tensor, `${where}.data`);
  return tensor;
}

/** There is one output, so a selection can only be right or wrong. */
function checkOutputs(outputs: unknown, model: ServedModel): void {
  if (outputs === undefined) return;
  if (!Array.isArray(outputs)) throw invalid('outputs', 'a list', outputs);
  const { name } = outputMetadata(model);
  for (const [index, value] of outputs.entries()) {
    const output = asObject(value, `outputs[${index}]`);
    if (output['name'] !== name) {
      throw invalid(`outputs[${index}].name`, `"${name}"`, output['name']);
    }
    checkParameters(output, `outputs[${index}].`);
  }
}

/**
 * The request in a JSON body.
 * @throws RequestError 400 naming the member that is wrong.
 */
export function readInferRequest(body: unknown, model: ServedModel): InferRequest {
  const request = asObject(body, 'body');
  const { id, inputs, outputs } = request;
  if (id !== undefined && typeof id !== 'string') throw invalid('id', 'a string', id);
  checkParameters(request, '');
  checkOutputs(outputs, model);
  if (!Array.isArray(inputs) || inputs.length !== 1) {
    throw invalid('inputs', 'a list of one input', inputs);
  }
  return { id, inputs: readInput(inputs[0], model) };
}
