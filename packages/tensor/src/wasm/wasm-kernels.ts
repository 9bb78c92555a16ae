/**
 * The kernels in WebAssembly, with 128-bit vectors. Code is emitted and compiled for the exact
 * shapes when they are first met, and kept.
 *
 * What is computed here is float32 in the memory of these kernels, where the tensors lie that
 * {@link Kernels.createTensor} makes. Anything else, and what takes no time worth speaking of,
 * goes to the reference.
 */
import { sizeOf, type Shape } from '../shape.ts';
import type { AdamUpdate, Kernels, MatMul, SgdUpdate } from '../kernels.ts';
import { referenceKernels } from '../reference/index.ts';
import { argmaxRows, sumOfSquares } from '../reference/reductions.ts';
import {
  softmax,
  softmaxCrossEntropy,
  softmaxGradient,
  sparseSoftmaxCrossEntropy,
} from '../reference/softmax.ts';
import { Tensor } from '../tensor.ts';
import type { WindowGeometry } from '../window-geometry.ts';
import { Code, type ValueType } from './code.ts';
import { compile, moduleBytes, type WasmFunction } from './compile.ts';
import {
  emitContraction,
  fusedMultiplyAdd,
  multiplyThenAdd,
  type Contraction,
} from './contraction.ts';
import * as elementwise from './elementwise.ts';
import { emitMaxPool2d, emitScatterAdd } from './max-pool2d.ts';
import { WasmMemory } from './memory.ts';
import { emitStridedCopy, type CopyLoop } from './strided-copy.ts';

/**
 * Which instructions are used: `simd` rounds after each multiplication and addition, `relaxed`
 * fuses the two and needs relaxed SIMD (V8 since 2023; Node 22, or a flag).
 */
export type WasmRung = 'relaxed' | 'simd';

const addresses = (count: number): ValueType[] => new Array<ValueType>(count).fill('i32');

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

/** Window positions along one axis that inputs must exist for. */
const reach = (positions: number, stride: number, window: number, dilation: number): number =>
  (positions - 1) * stride + (window - 1) * dilation + 1;

/** What a window slides over, once padding is laid around it: `[N, height, width, channels]`. */
interface Field {
  readonly address: number;
  readonly height: number;
  readonly width: number;
}

class WasmKernels implements Kernels {
  readonly name: WasmRung;
  readonly #memory = new WasmMemory();
  readonly #functions = new Map<string, WasmFunction>();
  readonly #scratch = new Map<string, number>();
  readonly #one: number;

  constructor(rung: WasmRung) {
    this.name = rung;
    const one = this.#memory.floats(1);
    one[0] = 1;
    this.#one = one.byteOffset;
  }

  createTensor: Kernels['createTensor'] = (shape, dtype) =>
    dtype === 'float64'
      ? Tensor.zeros(shape, dtype)
      : new Tensor(this.#memory.floats(sizeOf(shape)), shape);

  createIndices: Kernels['createIndices'] = (length) => this.#memory.integers(length);

  matMul: Kernels['matMul'] = (product: MatMul) => {
    const { a, b, output, transposeA = false, transposeB = false, accumulate } = product;
    if (!this.#holds(a, b, output)) {
      referenceKernels.matMul(product);
      return;
    }
    const [M, N] = output.shape as [number, number];
    const L = a.shape[transposeA ? 0 : 1]!;
    const bAddress = transposeB ? this.#transposed(b.data.byteOffset, N, L) : b.data.byteOffset;
    this.#contract(
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
    if (!this.#holds(x, bias)) {
      referenceKernels.addBias(x, bias);
      return;
    }
    const K = bias.size;
    this.#contract(
      { outer: [], rows: { count: x.size / K, a: 0, c: K }, columns: K, reduction: [], start: 'c' },
      [this.#one, bias.data.byteOffset, x.data.byteOffset],
    );
  };

  biasGradient: Kernels['biasGradient'] = (dOutput, dBias) => {
    if (!this.#holds(dOutput, dBias)) {
      referenceKernels.biasGradient(dOutput, dBias);
      return;
    }
    const K = dBias.size;
    const N = dOutput.shape[0]!;
    const rowsPerSample = dOutput.size / N / K;
    this.#contract(
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
    if (!this.#holds(input, kernel, output, ...(bias ? [bias] : []))) {
      referenceKernels.conv2d(input, kernel, bias, output, g);
      return;
    }
    const field = this.#padded(input, g);
    const biasAddress = bias?.data.byteOffset;
    this.#slide(field, kernel.data.byteOffset, biasAddress, output, kernel.shape, g);
  };

  conv2dInputGradient: Kernels['conv2dInputGradient'] = (dOutput, kernel, dInput, g) => {
    if (!this.#holds(dOutput, kernel, dInput)) {
      referenceKernels.conv2dInputGradient(dOutput, kernel, dInput, g);
      return;
    }
    // Every input gathers what the outputs above it have: a convolution of the output gradients,
    // spread out by the stride, with the kernel turned by 180 degrees.
    const [R, S, C, K] = kernel.shape as [number, number, number, number];
    const turned = this.#scratchFor(`turned ${kernel.shape.join()}`, kernel.size);
    this.#copy(
      [
        { count: R, from: S * C * K, to: -S * C * K },
        { count: S, from: C * K, to: -C * K },
        { count: C, from: K, to: 1 },
        { count: K, from: 1, to: C },
      ],
      kernel.data.byteOffset,
      turned + (R * S - 1) * C * K * Float32Array.BYTES_PER_ELEMENT,
    );
    const field = this.#spread(dOutput, g);
    const backwards = {
      ...g,
      outputHeight: g.inputHeight,
      outputWidth: g.inputWidth,
      strideHeight: 1,
      strideWidth: 1,
    };
    this.#slide(field, turned, undefined, dInput, [R, S, K, C], backwards);
  };

  conv2dKernelGradient: Kernels['conv2dKernelGradient'] = (input, dOutput, dKernel, g) => {
    if (!this.#holds(input, dOutput, dKernel)) {
      referenceKernels.conv2dKernelGradient(input, dOutput, dKernel, g);
      return;
    }
    const [R, S, C, K] = dKernel.shape as [number, number, number, number];
    const { outputHeight: P, outputWidth: Q } = g;
    const { address, height, width } = this.#padded(input, g);
    const row = width * C;
    const isDense = g.dilationWidth === 1;
    this.#contract(
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
    const { outputHeight, strideHeight, windowHeight, dilationHeight } = g;
    const { outputWidth, strideWidth, windowWidth, dilationWidth } = g;
    const staysInside =
      g.padTop === 0 &&
      g.padLeft === 0 &&
      reach(outputHeight, strideHeight, windowHeight, dilationHeight) <= g.inputHeight &&
      reach(outputWidth, strideWidth, windowWidth, dilationWidth) <= g.inputWidth;
    if (!staysInside || !this.#holds(input, output) || !this.#memory.holds(positions)) {
      referenceKernels.maxPool2d(input, output, positions, g);
      return;
    }
    const [N, , , C] = input.shape as [number, number, number, number];
    this.#run(
      `maxPool2d ${N} ${C} ${JSON.stringify(g)}`,
      addresses(3),
      (code) => {
        emitMaxPool2d(code, N, C, g);
      },
      [input.data.byteOffset, output.data.byteOffset, positions.byteOffset],
    );
  };

  maxPool2dGradient: Kernels['maxPool2dGradient'] = (dOutput, positions, dInput) => {
    if (!this.#holds(dOutput, dInput) || !this.#memory.holds(positions)) {
      referenceKernels.maxPool2dGradient(dOutput, positions, dInput);
      return;
    }
    dInput.data.fill(0);
    const { size } = dOutput;
    this.#run(
      `scatterAdd ${size}`,
      addresses(3),
      (code) => {
        emitScatterAdd(code, size);
      },
      [dOutput.data.byteOffset, positions.byteOffset, dInput.data.byteOffset],
    );
  };

  relu: Kernels['relu'] = (input, output) => {
    if (!this.#map('relu', elementwise.relu, [input, output])) referenceKernels.relu(input, output);
  };

  reluGradient: Kernels['reluGradient'] = (output, dOutput, dInput) => {
    const tensors = [output, dOutput, dInput];
    if (!this.#map('reluGradient', elementwise.reluGradient, tensors)) {
      referenceKernels.reluGradient(output, dOutput, dInput);
    }
  };

  multiply: Kernels['multiply'] = (a, b, output) => {
    if (!this.#map('multiply', elementwise.multiply, [a, b, output])) {
      referenceKernels.multiply(a, b, output);
    }
  };

  scale: Kernels['scale'] = (x, factor) => {
    if (!this.#map('scale', elementwise.scale, [x], factor)) referenceKernels.scale(x, factor);
  };

  sgdUpdate: Kernels['sgdUpdate'] = (update: SgdUpdate) => {
    const { value, gradient, velocity, learningRate, momentum } = update;
    const done = velocity
      ? this.#map(
          'sgdWithMomentum',
          elementwise.sgdWithMomentum,
          [value, gradient, velocity],
          learningRate,
          momentum,
        )
      : this.#map('sgd', elementwise.sgd, [value, gradient], learningRate);
    if (!done) referenceKernels.sgdUpdate(update);
  };

  adamUpdate: Kernels['adamUpdate'] = (update: AdamUpdate) => {
    const { value, gradient, firstMoment, secondMoment, beta1, beta2, step } = update;
    const done = this.#map(
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

  #holds(...tensors: readonly Tensor[]): boolean {
    return tensors.every(({ data }) => this.#memory.holds(data));
  }

  /** Runs a function; `emit` writes its code the first time that `key` is met. */
  #run(
    key: string,
    parameters: readonly ValueType[],
    emit: (code: Code) => void,
    values: readonly number[],
  ): void {
    let run = this.#functions.get(key);
    if (!run) {
      const code = new Code(parameters);
      emit(code);
      run = compile(code, this.#memory.memory);
      this.#functions.set(key, run);
    }
    run(...values);
  }

  #contract(spec: Contraction, [a, b, c]: readonly [number, number, number], bias = 0): void {
    const multiplyAdd = this.name === 'relaxed' ? fusedMultiplyAdd : multiplyThenAdd;
    const emit = (code: Code): void => {
      emitContraction(code, spec, multiplyAdd);
    };
    this.#run(JSON.stringify(spec), addresses(4), emit, [a, b, c, bias]);
  }

  #copy(loops: readonly CopyLoop[], from: number, to: number): void {
    const emit = (code: Code): void => {
      emitStridedCopy(code, loops);
    };
    this.#run(JSON.stringify(loops), addresses(2), emit, [from, to]);
  }

  /** Runs an elementwise kernel; false if a tensor is not in this memory. */
  #map(
    key: string,
    spec: elementwise.Elementwise,
    tensors: readonly Tensor[],
    ...numbers: readonly number[]
  ): boolean {
    if (!this.#holds(...tensors)) return false;
    const { size } = tensors[0]!;
    const types = [...addresses(tensors.length), ...numbers.map((): ValueType => 'f32')];
    const emit = (code: Code): void => {
      elementwise.emitElementwise(code, size, spec);
    };
    const values = tensors.map(({ data }) => data.byteOffset);
    this.#run(`${key} ${size}`, types, emit, [...values, ...numbers]);
    return true;
  }

  /** Address of memory that stays with `key`; zeros at first. */
  #scratchFor(key: string, length: number): number {
    let address = this.#scratch.get(key);
    if (address === undefined) {
      address = this.#memory.floats(length).byteOffset;
      this.#scratch.set(key, address);
    }
    return address;
  }

  /** Address of the transpose of a matrix of `rows` × `columns`. */
  #transposed(matrix: number, rows: number, columns: number): number {
    const address = this.#scratchFor(`transposed ${rows} ${columns}`, rows * columns);
    const loops = [
      { count: columns, from: 1, to: rows },
      { count: rows, from: columns, to: 1 },
    ];
    this.#copy(loops, matrix, address);
    return address;
  }

  /** The input with its padding around it; the input itself if there is none. */
  #padded(input: Tensor, g: WindowGeometry): Field {
    const [N, H, W, C] = input.shape as [number, number, number, number];
    const height = reach(g.outputHeight, g.strideHeight, g.windowHeight, g.dilationHeight);
    const width = reach(g.outputWidth, g.strideWidth, g.windowWidth, g.dilationWidth);
    if (g.padTop === 0 && g.padLeft === 0 && height <= H && width <= W) {
      return { address: input.data.byteOffset, height: H, width: W };
    }
    const key = `padded ${input.shape.join()} ${JSON.stringify(g)}`;
    const address = this.#scratchFor(key, N * height * width * C);
    const rows = Math.min(H, height - g.padTop);
    const columns = Math.min(W, width - g.padLeft);
    this.#copy(
      [
        { count: N, from: H * W * C, to: height * width * C },
        { count: rows, from: W * C, to: width * C },
        { count: columns * C, from: 1, to: 1 },
      ],
      input.data.byteOffset,
      address + (g.padTop * width + g.padLeft) * C * Float32Array.BYTES_PER_ELEMENT,
    );
    return { address, height, width };
  }

  /** The output gradients at the input positions where their windows end, zeros between. */
  #spread(dOutput: Tensor, g: WindowGeometry): Field {
    const [N, P, Q, K] = dOutput.shape as [number, number, number, number];
    const belowWindow = (g.windowHeight - 1) * g.dilationHeight;
    const besideWindow = (g.windowWidth - 1) * g.dilationWidth;
    const height = g.inputHeight + belowWindow;
    const width = g.inputWidth + besideWindow;
    const key = `spread ${dOutput.shape.join()} ${JSON.stringify(g)}`;
    const address = this.#scratchFor(key, N * height * width * K);
    const first = (belowWindow - g.padTop) * width + besideWindow - g.padLeft;
    this.#copy(
      [
        { count: N, from: P * Q * K, to: height * width * K },
        { count: P, from: Q * K, to: g.strideHeight * width * K },
        ...(g.strideWidth === 1
          ? [{ count: Q * K, from: 1, to: 1 }]
          : [
              { count: Q, from: K, to: g.strideWidth * K },
              { count: K, from: 1, to: 1 },
            ]),
      ],
      dOutput.data.byteOffset,
      address + first * K * Float32Array.BYTES_PER_ELEMENT,
    );
    return { address, height, width };
  }

  /** Slides a kernel `[R, S, C, K]` over a field; writes `[N, P, Q, K]`. */
  #slide(
    { address, height, width }: Field,
    kernel: number,
    bias: number | undefined,
    output: Tensor,
    kernelShape: Shape,
    g: WindowGeometry,
  ): void {
    const [N, P, Q, K] = output.shape as [number, number, number, number];
    const [R, S, C] = kernelShape as [number, number, number];
    const row = width * C;
    const isDense = g.dilationWidth === 1;
    this.#contract(
      {
        outer: [
          { count: N, a: height * row, b: 0, c: P * Q * K },
          { count: P, a: g.strideHeight * row, b: 0, c: Q * K },
        ],
        rows: { count: Q, a: g.strideWidth * C, c: K },
        columns: K,
        reduction: [
          { count: R, a: g.dilationHeight * row, b: S * C * K },
          ...(isDense
            ? [{ count: S * C, a: 1, b: K }]
            : [
                { count: S, a: g.dilationWidth * C, b: C * K },
                { count: C, a: 1, b: K },
              ]),
        ],
        start: bias === undefined ? 'zero' : 'bias',
      },
      [address, kernel, output.data.byteOffset],
      bias,
    );
  }
}

/**
 * Kernels in WebAssembly, with a memory of their own.
 * @throws WebAssembly.CompileError if the engine lacks the instructions; see {@link supportsWasm}.
 */
export function createWasmKernels(rung: WasmRung): Kernels {
  return new WasmKernels(rung);
}
