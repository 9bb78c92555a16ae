/**
 * The kernels of the forward pass in WebAssembly, with 128-bit vectors. What lies outside of the
 * engine's memory, or is float64, goes to the reference.
 */
import type { InferenceKernels } from '../kernels.ts';
import { conv2d } from '../reference/conv2d.ts';
import { matMul } from '../reference/matmul.ts';
import { maxPool2d } from '../reference/max-pool2d.ts';
import { argmaxRows } from '../reference/reductions.ts';
import { lookUp, relu } from '../reference/elementwise.ts';
import { softmax } from '../reference/softmax.ts';
import { sizeOf } from '../shape.ts';
import { Tensor } from '../tensor.ts';
import { convolutionWork } from './convolution.ts';
import * as elementwise from './elementwise.ts';
import { mapSamples } from './elementwise-work.ts';
import type { Engine } from './engine.ts';
import { lookUpWork } from './look-up.ts';
import { maxPoolingWork } from './max-pool2d.ts';
import { matMulWork } from './products.ts';
import { softmaxWork } from './softmax.ts';
import type { HostWork, Work } from './work.ts';

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
  else engine.submit([onHost(name, reference)]);
}

/** Work that the reference does. What it touches is not told: it stands between other work. */
export const onHost = (name: string, run: () => void): HostWork => ({
  kind: 'host',
  name,
  reads: [],
  writes: [],
  isEarly: false,
  run,
});

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
    relu: (input, output) => {
      submit(
        engine,
        'relu',
        [input, output],
        () => ({ ...mapSamples(elementwise.relu, [input], [output]), isFinish: 'relu' }),
        () => {
          relu(input, output);
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
        onHost('argmaxRows', () => {
          argmaxRows(x, output);
        }),
      ]);
    },
  };
}
