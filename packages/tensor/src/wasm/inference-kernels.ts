/**
 * The kernels of the forward pass in WebAssembly, with 128-bit vectors. What lies outside of the
 * engine's memory, or is float64, goes to the reference.
 */
import type { InferenceKernels } from '../kernels.ts';
import { concatenate } from '../reference/concatenate.ts';
import { elementwiseCall, rowSumsCall, tensorsOf } from '../expression-call.ts';
import { averagePool2d } from '../reference/average-pool2d.ts';
import { conv2d } from '../reference/conv2d.ts';
import { elementwise, rowSums } from '../reference/elementwise.ts';
import { matMul } from '../reference/matmul.ts';
import { maxPool2d } from '../reference/max-pool2d.ts';
import { pad2d } from '../reference/pad2d.ts';
import { argmaxRows } from '../reference/reductions.ts';
import { lookUp } from '../reference/look-up.ts';
import { softmax } from '../reference/softmax.ts';
import { sizeOf } from '../shape.ts';
import { Tensor } from '../tensor.ts';
import { concatenationWork } from './concatenation.ts';
import { averagePoolingWork } from './average-pool2d.ts';
import { convolutionWork } from './convolution.ts';
import type { Engine } from './engine.ts';
import { elementwiseOverSamples, elementwiseOverWeights } from './expression-work.ts';
import { padWork } from './image-offset.ts';
import { lookUpWork } from './look-up.ts';
import { maxPoolingWork } from './max-pool2d.ts';
import { matMulWork } from './products.ts';
import { rowSumsWork } from './row-sums.ts';
import { softmaxWork } from './softmax.ts';
import { spanOf, type HostWork, type Work } from './work.ts';

/**
 * Submits work if there is some and all that it touches lies in the engine's memory; else the
 * reference's kernel.
 */
export function submit(
  engine: Engine,
  name: string,
  arrays: readonly (Tensor | Int32Array | Uint8Array | null | undefined)[],
  lower: () => readonly Work[] | Work | undefined,
  reference: () => void,
): void {
  const present = arrays.filter((array) => array !== null && array !== undefined);
  const work = engine.holds(present) ? lower() : undefined;
  if (work) engine.submit(Array.isArray(work) ? (work as readonly Work[]) : [work as Work]);
  else engine.submit([onHost(engine, name, present, reference)]);
}

/**
 * Work in TypeScript on `arrays`, such as the reference does; it stands between other work. What
 * it does with each array is not told, so it counts as read and written.
 */
export function onHost(
  engine: Engine,
  name: string,
  arrays: readonly (Tensor | Int32Array | Uint8Array)[],
  run: () => void,
): HostWork {
  const touched = arrays
    .map((array) => ('data' in array ? array.data : array))
    .filter((array) => engine.memory.holds(array))
    .map(spanOf);
  return { kind: 'host', name, reads: touched, writes: touched, isEarly: false, run };
}

/** See the top of this file. */
export function inferenceKernels(engine: Engine): InferenceKernels {
  return {
    name: engine.rung,
    threads: engine.threads.count,
    createTensor: (shape, dtype) =>
      dtype === 'float64'
        ? Tensor.zeros(shape, dtype)
        : new Tensor(engine.memory.floats(sizeOf(shape)), shape),
    createIndices: (length) => engine.memory.integers(length),
    createBytes: (length) => engine.memory.bytes(length),
    record: (steps) => engine.record(steps),
    lookUp: (bytes, table, output) => {
      submit(
        engine,
        'lookUp',
        [bytes, table, output],
        () => lookUpWork(bytes, table, output),
        () => {
          lookUp(bytes, table, output);
        },
      );
    },
    matMul: (product) => {
      const { a, b, bias, output } = product;
      submit(
        engine,
        'matMul',
        [a, b, bias, output],
        () => matMulWork(engine, product),
        () => {
          matMul(product);
        },
      );
    },
    conv2d: (input, kernel, bias, output, geometry) => {
      submit(
        engine,
        'conv2d',
        [input, kernel, bias, output],
        () => convolutionWork(engine, input, kernel, bias, output, geometry),
        () => {
          conv2d(input, kernel, bias, output, geometry);
        },
      );
    },
    maxPool2d: (input, output, positions, geometry) => {
      submit(
        engine,
        'maxPool2d',
        [input, output, positions],
        () => maxPoolingWork(input, output, positions, geometry),
        () => {
          maxPool2d(input, output, positions, geometry);
        },
      );
    },
    averagePool2d: (input, output, geometry) => {
      submit(
        engine,
        'averagePool2d',
        [input, output],
        () => averagePoolingWork(engine, input, output, geometry),
        () => {
          averagePool2d(input, output, geometry);
        },
      );
    },
    pad2d: (input, output, offset) => {
      submit(
        engine,
        'pad2d',
        [input, output],
        () => padWork(input, output, offset),
        () => {
          pad2d(input, output, offset);
        },
      );
    },
    concatenate: (parts, output) => {
      submit(
        engine,
        'concatenate',
        [...parts, output],
        () => concatenationWork(parts, output),
        () => {
          concatenate(parts, output);
        },
      );
    },
    elementwise: (operands, compute, outputs, { over = 'samples' } = {}) => {
      const call = elementwiseCall(operands, compute, outputs);
      submit(
        engine,
        'elementwise',
        tensorsOf(call),
        () => (over === 'weights' ? elementwiseOverWeights : elementwiseOverSamples)(call),
        () => {
          elementwise(call);
        },
      );
    },
    rowSums: (operands, compute, sums) => {
      const call = rowSumsCall(operands, compute, sums);
      submit(
        engine,
        'rowSums',
        tensorsOf(call),
        () => rowSumsWork(call),
        () => {
          rowSums(call);
        },
      );
    },
    softmax: (logits, output) => {
      submit(
        engine,
        'softmax',
        [logits, output],
        () => softmaxWork(logits, output),
        () => {
          softmax(logits, output);
        },
      );
    },
    // Whole numbers out of a few scores: not worth code of its own.
    argmaxRows: (x, output) => {
      engine.submit([
        onHost(engine, 'argmaxRows', [x, output], () => {
          argmaxRows(x, output);
        }),
      ]);
    },
    custom: (name, tensors, compute) => {
      engine.submit([onHost(engine, name, tensors, compute)]);
    },
  };
}
