/**
 * The kernels in WebAssembly, with 128-bit vectors. Code is emitted and compiled for the exact
 * shapes when they are first met, and kept.
 *
 * What is computed here is float32 in the memory of these kernels, where the tensors lie that
 * {@link Kernels.createTensor} makes. Anything else, and what takes no time worth speaking of,
 * goes to the reference.
 */
import type { AdamUpdate, Kernels, MatMul, SgdUpdate } from '../kernels.ts';
import { referenceKernels } from '../reference/index.ts';
import { argmaxRows, sumOfSquares } from '../reference/reductions.ts';
import {
  softmax,
  softmaxCrossEntropy,
  softmaxGradient,
  sparseSoftmaxCrossEntropy,
} from '../reference/softmax.ts';
import { sizeOf } from '../shape.ts';
import { Tensor } from '../tensor.ts';
import { Code } from './code.ts';
import { moduleBytes } from './compile.ts';
import { fusedMultiplyAdd, multiplyThenAdd } from './contraction.ts';
import * as elementwise from './elementwise.ts';
import { addresses, EmittedFunctions, type WasmRung } from './emitted-functions.ts';
import { emitMaxPool2d, emitScatterAdd } from './max-pool2d.ts';
import { WasmMemory } from './memory.ts';
import { padded, slide, spread, staysInside } from './sliding-window.ts';

const supported = new Set<WasmRung>();

/** Whether this engine runs the instructions of `rung`, on a shared memory. */
export function supportsWasm(rung: WasmRung): boolean {
  // A no is asked again: an application may switch an engine's feature on.
  if (!supported.has(rung) && isValid(rung)) supported.add(rung);
  return supported.has(rung);
}

function isValid(rung: WasmRung): boolean {
  const code = new Code([]);
  const x = code.local('v128');
  (rung === 'relaxed' ? fusedMultiplyAdd : multiplyThenAdd)(code, x, x, x);
  try {
    return WebAssembly.validate(moduleBytes(code)) && new WasmMemory().take(1) > 0;
  } catch {
    return false;
  }
}

class WasmKernels implements Kernels {
  readonly name: WasmRung;
  readonly #emitted: EmittedFunctions;
  readonly #one: number;

  constructor(rung: WasmRung) {
    this.name = rung;
    this.#emitted = new EmittedFunctions(rung);
    const one = this.#emitted.memory.floats(1);
    one[0] = 1;
    this.#one = one.byteOffset;
  }

  createTensor: Kernels['createTensor'] = (shape, dtype) =>
    dtype === 'float64'
      ? Tensor.zeros(shape, dtype)
      : new Tensor(this.#emitted.memory.floats(sizeOf(shape)), shape);

  createIndices: Kernels['createIndices'] = (length) => this.#emitted.memory.integers(length);

  matMul: Kernels['matMul'] = (product: MatMul) => {
    const { a, b, output, transposeA = false, transposeB = false, accumulate } = product;
    if (!this.#emitted.holds(a, b, output)) {
      referenceKernels.matMul(product);
      return;
    }
    const [M, N] = output.shape as [number, number];
    const L = a.shape[transposeA ? 0 : 1]!;
    const bAddress = transposeB
      ? this.#emitted.transposed(b.data.byteOffset, N, L)
      : b.data.byteOffset;
    this.#emitted.contract(
      {
        outer: [],
        rows: { count: M, a: transposeA ? 1 : L, c: N },
        columns: N,
        reduction: [{ count: L, a: transposeA ? M : 1, b: N }],
        start: accumulate ? 'c' : 'zero',
      },
      [a.data.byteOffset, bAddress, output.data.byteOffset],
    );
  };

  addBias: Kernels['addBias'] = (x, bias) => {
    if (!this.#emitted.holds(x, bias)) {
      referenceKernels.addBias(x, bias);
      return;
    }
    const K = bias.size;
    this.#emitted.contract(
      { outer: [], rows: { count: x.size / K, a: 0, c: K }, columns: K, reduction: [], start: 'c' },
      [this.#one, bias.data.byteOffset, x.data.byteOffset],
    );
  };

  biasGradient: Kernels['biasGradient'] = (dOutput, dBias) => {
    if (!this.#emitted.holds(dOutput, dBias)) {
      referenceKernels.biasGradient(dOutput, dBias);
      return;
    }
    const K = dBias.size;
    const N = dOutput.shape[0]!;
    const rowsPerSample = dOutput.size / N / K;
    this.#emitted.contract(
      {
        outer: [{ count: N, a: 0, b: rowsPerSample * K, c: 0 }],
        rows: { count: 1, a: 0, c: 0 },
        columns: K,
        reduction: [{ count: rowsPerSample, a: 0, b: K }],
        start: 'c',
      },
      [this.#one, dOutput.data.byteOffset, dBias.data.byteOffset],
    );
  };

  conv2d: Kernels['conv2d'] = (input, kernel, bias, output, g) => {
    if (!this.#emitted.holds(input, kernel, output, ...(bias ? [bias] : []))) {
      referenceKernels.conv2d(input, kernel, bias, output, g);
      return;
    }
    const field = padded(this.#emitted, input, g);
    const biasAddress = bias?.data.byteOffset;
    slide(this.#emitted, field, kernel.data.byteOffset, biasAddress, output, kernel.shape, g);
  };

  conv2dInputGradient: Kernels['conv2dInputGradient'] = (dOutput, kernel, dInput, g) => {
    if (!this.#emitted.holds(dOutput, kernel, dInput)) {
      referenceKernels.conv2dInputGradient(dOutput, kernel, dInput, g);
      return;
    }
    // Every input gathers what the outputs above it have: a convolution of the output gradients,
    // spread out by the stride, with the kernel turned by 180 degrees.
    const [R, S, C, K] = kernel.shape as [number, number, number, number];
    const turned = this.#emitted.scratchFor(`turned ${kernel.shape.join()}`, kernel.size);
    this.#emitted.copy(
      [
        { count: R, from: S * C * K, to: -S * C * K },
        { count: S, from: C * K, to: -C * K },
        { count: C, from: K, to: 1 },
        { count: K, from: 1, to: C },
      ],
      kernel.data.byteOffset,
      turned + (R * S - 1) * C * K * Float32Array.BYTES_PER_ELEMENT,
    );
    const field = spread(this.#emitted, dOutput, g);
    const backwards = {
      ...g,
      outputHeight: g.inputHeight,
      outputWidth: g.inputWidth,
      strideHeight: 1,
      strideWidth: 1,
    };
    slide(this.#emitted, field, turned, undefined, dInput, [R, S, K, C], backwards);
  };

  conv2dKernelGradient: Kernels['conv2dKernelGradient'] = (input, dOutput, dKernel, g) => {
    if (!this.#emitted.holds(input, dOutput, dKernel)) {
      referenceKernels.conv2dKernelGradient(input, dOutput, dKernel, g);
      return;
    }
    const [R, S, C, K] = dKernel.shape as [number, number, number, number];
    const { outputHeight: P, outputWidth: Q } = g;
    const { address, height, width } = padded(this.#emitted, input, g);
    const row = width * C;
    const isDense = g.dilationWidth === 1;
    this.#emitted.contract(
      {
        outer: [
          { count: input.shape[0]!, a: height * row, b: P * Q * K, c: 0 },
          { count: R, a: g.dilationHeight * row, b: 0, c: S * C * K },
          { count: isDense ? 1 : S, a: g.dilationWidth * C, b: 0, c: C * K },
        ],
        rows: { count: isDense ? S * C : C, a: 1, c: K },
        columns: K,
        reduction: [
          { count: P, a: g.strideHeight * row, b: Q * K },
          { count: Q, a: g.strideWidth * C, b: K },
        ],
        start: 'c',
      },
      [address, dOutput.data.byteOffset, dKernel.data.byteOffset],
    );
  };

  maxPool2d: Kernels['maxPool2d'] = (input, output, positions, g) => {
    if (
      !staysInside(g) ||
      !this.#emitted.holds(input, output) ||
      !this.#emitted.memory.holds(positions)
    ) {
      referenceKernels.maxPool2d(input, output, positions, g);
      return;
    }
    const [N, , , C] = input.shape as [number, number, number, number];
    this.#emitted.run(
      `maxPool2d ${N} ${C} ${JSON.stringify(g)}`,
      addresses(3),
      (code) => {
        emitMaxPool2d(code, N, C, g);
      },
      [input.data.byteOffset, output.data.byteOffset, positions.byteOffset],
    );
  };

  maxPool2dGradient: Kernels['maxPool2dGradient'] = (dOutput, positions, dInput) => {
    if (!this.#emitted.holds(dOutput, dInput) || !this.#emitted.memory.holds(positions)) {
      referenceKernels.maxPool2dGradient(dOutput, positions, dInput);
      return;
    }
    dInput.data.fill(0);
    const { size } = dOutput;
    this.#emitted.run(
      `scatterAdd ${size}`,
      addresses(3),
      (code) => {
        emitScatterAdd(code, size);
      },
      [dOutput.data.byteOffset, positions.byteOffset, dInput.data.byteOffset],
    );
  };

  relu: Kernels['relu'] = (input, output) => {
    if (!this.#emitted.map('relu', elementwise.relu, [input, output]))
      referenceKernels.relu(input, output);
  };

  reluGradient: Kernels['reluGradient'] = (output, dOutput, dInput) => {
    const tensors = [output, dOutput, dInput];
    if (!this.#emitted.map('reluGradient', elementwise.reluGradient, tensors)) {
      referenceKernels.reluGradient(output, dOutput, dInput);
    }
  };

  multiply: Kernels['multiply'] = (a, b, output) => {
    if (!this.#emitted.map('multiply', elementwise.multiply, [a, b, output])) {
      referenceKernels.multiply(a, b, output);
    }
  };

  scale: Kernels['scale'] = (x, factor) => {
    if (!this.#emitted.map('scale', elementwise.scale, [x], factor))
      referenceKernels.scale(x, factor);
  };

  sgdUpdate: Kernels['sgdUpdate'] = (update: SgdUpdate) => {
    const { value, gradient, velocity, learningRate, momentum } = update;
    const done = velocity
      ? this.#emitted.map(
          'sgdWithMomentum',
          elementwise.sgdWithMomentum,
          [value, gradient, velocity],
          learningRate,
          momentum,
        )
      : this.#emitted.map('sgd', elementwise.sgd, [value, gradient], learningRate);
    if (!done) referenceKernels.sgdUpdate(update);
  };

  adamUpdate: Kernels['adamUpdate'] = (update: AdamUpdate) => {
    const { value, gradient, firstMoment, secondMoment, beta1, beta2, step } = update;
    const done = this.#emitted.map(
      'adam',
      elementwise.adam,
      [value, gradient, firstMoment, secondMoment],
      ...[beta1, 1 - beta1, beta2, 1 - beta2],
      update.learningRate / (1 - beta1 ** step),
      1 / (1 - beta2 ** step),
      update.epsilon,
    );
    if (!done) referenceKernels.adamUpdate(update);
  };

  // A few numbers for each sample, or used now and then: not worth code of their own.
  softmax = softmax;
  softmaxGradient = softmaxGradient;
  softmaxCrossEntropy = softmaxCrossEntropy;
  sparseSoftmaxCrossEntropy = sparseSoftmaxCrossEntropy;
  argmaxRows = argmaxRows;
  sumOfSquares = sumOfSquares;
}

/**
 * Kernels in WebAssembly, with a memory of their own.
 * @throws WebAssembly.CompileError if the engine lacks the instructions; see {@link supportsWasm}.
 */
export function createWasmKernels(rung: WasmRung): Kernels {
  return new WasmKernels(rung);
}
