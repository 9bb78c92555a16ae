/**
 * Everything that adds up, on sums of any length: each operation with a single output that is a sum
 * of given terms, or of their products with a constant.
 */
import { math, type Kernels, type Shape, type Tensor, type WindowGeometry } from '../src/index.ts';
import golden from './golden/sums.golden.json' with { type: 'json' };

/** What sums are made of. */
const kindsOfTerms = {
  constant: () => 0.7,
  alternating: (i: number) => (i % 2 === 0 ? 0.7 : -0.7),
  offset: (i: number) => 1000 + uniform(i),
} as const;

type KindOfTerms = keyof typeof kindsOfTerms;

/** A number from 0 to 1 that looks like chance (Knuth's multiplicative hash). */
const uniform = (i: number): number => (Math.imul(i + 1, 2654435761) >>> 0) / 2 ** 32;

function termsOf(kind: KindOfTerms, length: number): Float32Array {
  const terms = new Float32Array(length);
  for (let i = 0; i < length; i++) terms[i] = kindsOfTerms[kind](i);
  return terms;
}

/** The other factor of products. */
const FACTOR = Math.fround(0.3);
/** Filters and channels that are computed beside each other, all alike. */
const SIDE = 5;

/** An operation on kernels. */
interface LongSum {
  readonly name: string;
  /** Adds up the terms times {@link FACTOR}. */
  readonly isProduct?: boolean;
  /** Takes a time or a size of code that grows faster than the terms. */
  readonly longest?: number;
  /** Gives all outputs, each of which should be the sum. */
  run(on: Memory, terms: Float32Array): ArrayLike<number>;
}

/** Tensors in the memory of kernels. */
class Memory {
  readonly kernels: Kernels;
  readonly #made: Tensor[] = [];

  constructor(kernels: Kernels) {
    this.kernels = kernels;
  }

  make(shape: Shape, fill: number | Float32Array = 0): Tensor {
    const tensor = this.kernels.createTensor(shape, 'float32');
    this.#made.push(tensor);
    if (typeof fill === 'number') tensor.data.fill(fill);
    else tensor.data.set(fill);
    return tensor;
  }

  /** Gives the tensors back. */
  release(): void {
    this.kernels.release(this.#made);
  }

  /** Numbers whose exponentials are the terms without their signs, and room for shares. */
  logits(terms: Float32Array): [Tensor, Tensor] {
    const shape = [1, terms.length];
    return [
      this.make(
        shape,
        terms.map((term) => Math.log(Math.abs(term))),
      ),
      this.make(shape),
    ];
  }

  /** Each term as often as there are channels. */
  repeated(shape: Shape, terms: Float32Array): Tensor {
    const tensor = this.make(shape);
    const channels = shape.at(-1)!;
    for (let i = 0; i < tensor.size; i++) tensor.data[i] = terms[Math.floor(i / channels)]!;
    return tensor;
  }
}

/** A window of one position's stride. */
const geometry = (
  [inputHeight, inputWidth]: readonly [number, number],
  [windowHeight, windowWidth]: readonly [number, number],
  pad = 0,
): WindowGeometry => ({
  inputHeight,
  inputWidth,
  outputHeight: inputHeight - windowHeight + 1,
  outputWidth: inputWidth + 2 * pad - windowWidth + 1,
  windowHeight,
  windowWidth,
  strideHeight: 1,
  strideWidth: 1,
  dilationHeight: 1,
  dilationWidth: 1,
  padTop: 0,
  padLeft: pad,
});

/** Divisors of a number of terms that is a power of ten: an image of rows and columns. */
const imageOf = (length: number): [number, number] => {
  const rows = 10 ** Math.floor(Math.log10(length) / 2);
  return [rows, length / rows];
};

/** A sum over positions of one sample, and over as many samples. */
function overPlaces(
  name: string,
  run: (on: Memory, terms: Float32Array, places: readonly [number, number, number]) => Tensor,
  isProduct = false,
): LongSum[] {
  return [
    {
      name: `${name}, of positions`,
      isProduct,
      run: (on, terms) => run(on, terms, [1, ...imageOf(terms.length)]).data,
    },
    {
      name: `${name}, of samples`,
      isProduct,
      // Each sample is recorded work: of more there would be no end of calls.
      longest: 1e5,
      run: (on, terms) => run(on, terms, [terms.length, 1, 1]).data,
    },
    {
      name: `${name}, of both`,
      isProduct,
      run: (on, terms) => run(on, terms, [100, 10, terms.length / 1000]).data,
    },
  ];
}

/** The sum of the terms, if `sizes` is that of their sizes: errors in it are kept. */
const withSigns = (terms: Float32Array, sizes: number): number =>
  sumOf(terms) + sizes - sumOf(terms.map(Math.abs));

/** The sum of the terms by the share that the first has of their sizes. */
const sumByShare = (terms: Float32Array, logits: Tensor, share: number): number =>
  withSigns(terms, Math.exp(logits.data[0]!) / share);

/** See the top of this file. */
export const longSums: readonly LongSum[] = [
  {
    name: 'averagePool2d',
    run(on, terms) {
      const [H, W] = imageOf(terms.length);
      const output = on.make([1, 1, 1, SIDE]);
      const input = on.repeated([1, H, W, SIDE], terms);
      on.kernels.averagePool2d(input, output, geometry([H, W], [H, W]));
      return output.data.map((mean) => mean * terms.length);
    },
  },
  {
    name: 'averagePool2dGradient',
    longest: 1e3,
    run(on, terms) {
      const n = terms.length;
      const [dOutput, dInput] = [on.make([1, 1, n, 1], terms), on.make([1, 1, 1, 1])];
      on.kernels.averagePool2dGradient(dOutput, dInput, geometry([1, 1], [1, n], n - 1));
      return dInput.data;
    },
  },
  ...overPlaces('biasGradient', (on, terms, [N, H, W]) => {
    const sum = on.make([SIDE]);
    on.kernels.biasGradient(on.repeated([N, H, W, SIDE], terms), sum);
    return sum;
  }),
  ...overPlaces('channelSums', (on, terms, [N, H, W]) => {
    const [sum, half] = [on.make([SIDE]), on.make([SIDE])];
    const x = on.repeated([N, H, W, SIDE], terms);
    on.kernels.channelSums({ x }, (of) => ({ sum: of.x, half: of.x.times(0.5) }), { sum, half });
    return sum;
  }),
  {
    name: 'rowSums',
    run(on, terms) {
      const sum = on.make([1, 1]);
      on.kernels.rowSums({ x: on.make([1, terms.length], terms) }, ({ x }) => ({ sum: x }), {
        sum,
      });
      return sum.data;
    },
  },
  {
    name: 'math.sum',
    longest: 1e3,
    run(on, terms) {
      // Functions have at most 1,000 parameters.
      const parts = Array.from(terms.subarray(0, 500), (term) => on.make([1], term));
      const total = on.make([1]);
      const others = Array.from(terms.subarray(500));
      on.kernels.elementwise({ parts }, (of) => ({ total: math.sum([...of.parts, ...others]) }), {
        total,
      });
      return total.data;
    },
  },
  {
    name: 'softmax',
    run(on, terms) {
      const [logits, output] = on.logits(terms);
      on.kernels.softmax(logits, output);
      return [sumByShare(terms, logits, output.data[0]!)];
    },
  },
  {
    name: 'softmaxCrossEntropy',
    run(on, terms) {
      const [logits, dLogits] = on.logits(terms);
      const [losses, labels] = [on.make([1]), on.kernels.createIndices(1)];
      on.kernels.softmaxCrossEntropy(logits, labels, losses, dLogits, 1);
      // The first class is the label, which the gradient's second knows nothing of.
      const ratio = Math.exp(logits.data[0]! - logits.data[1]!);
      return [sumByShare(terms, logits, dLogits.data[1]! * ratio)];
    },
  },
  {
    name: 'softmaxCrossEntropy of distributions',
    run(on, terms) {
      const targets = on.make([1, terms.length], terms);
      const [logits, losses] = [on.make([1, terms.length]), on.make([1])];
      on.kernels.softmaxCrossEntropy(logits, targets, losses, null, 1);
      // Every class has the same probability, 1 / n.
      return [losses.data[0]! / Math.log(terms.length)];
    },
  },
  {
    name: 'sumOfSquares',
    run(on, terms) {
      const roots = on.make(
        [terms.length],
        terms.map((term) => Math.sqrt(Math.abs(term))),
      );
      return [withSigns(terms, on.kernels.sumOfSquares(roots))];
    },
  },
  {
    name: 'matMul, a · bᵀ',
    isProduct: true,
    run(on, terms) {
      const [a, b] = [on.make([1, terms.length], terms), on.make([SIDE, terms.length], FACTOR)];
      const output = on.make([1, SIDE]);
      on.kernels.matMul({ a, b, output, transposeB: true, bias: on.make([SIDE]) });
      return output.data;
    },
  },
  {
    name: 'matMul, a · b',
    isProduct: true,
    run(on, terms) {
      const [a, b] = [on.make([1, terms.length], terms), on.make([terms.length, SIDE], FACTOR)];
      const output = on.make([1, SIDE]);
      on.kernels.matMul({ a, b, output });
      return output.data;
    },
  },
  ...[false, true].map((accumulate): LongSum => ({
    name: `matMul, aᵀ · b${accumulate ? ', accumulated' : ''}`,
    isProduct: true,
    run(on, terms) {
      const [a, b] = [on.make([terms.length, 1], terms), on.make([terms.length, SIDE], FACTOR)];
      const output = on.make([1, SIDE]);
      on.kernels.matMul({ a, b, output, transposeA: true, accumulate });
      return output.data;
    },
  })),
  {
    name: 'conv2d of a large window',
    isProduct: true,
    run(on, terms) {
      const [H, W] = imageOf(terms.length);
      const [input, kernel] = [on.make([1, H, W, 1], terms), on.make([H, W, 1, SIDE], FACTOR)];
      const output = on.make([1, 1, 1, SIDE]);
      on.kernels.conv2d(input, kernel, on.make([SIDE]), output, geometry([H, W], [H, W]));
      return output.data;
    },
  },
  {
    name: 'conv2d of many channels',
    isProduct: true,
    run(on, terms) {
      const C = terms.length / 10;
      const input = on.make([1, 2, 5, C], terms);
      const [kernel, output] = [on.make([2, 5, C, SIDE], FACTOR), on.make([1, 1, 1, SIDE])];
      on.kernels.conv2d(input, kernel, null, output, geometry([2, 5], [2, 5]));
      return output.data;
    },
  },
  {
    name: 'conv2dInputGradient',
    isProduct: true,
    run(on, terms) {
      const dOutput = on.make([1, 1, 1, terms.length], terms);
      const [kernel, dInput] = [
        on.make([1, 1, SIDE, terms.length], FACTOR),
        on.make([1, 1, 1, SIDE]),
      ];
      on.kernels.conv2dInputGradient(dOutput, kernel, dInput, geometry([1, 1], [1, 1]));
      return dInput.data;
    },
  },
  ...overPlaces(
    'conv2dKernelGradient',
    (on, terms, [N, H, W]) => {
      const [dOutput, input] = [on.make([N, H, W, SIDE], FACTOR), on.make([N, H, W, 1], terms)];
      const dKernel = on.make([1, 1, 1, SIDE]);
      on.kernels.conv2dKernelGradient(dOutput, input, dKernel, geometry([H, W], [1, 1]));
      return dKernel;
    },
    true,
  ),
  ...overPlaces(
    'conv2dKernelGradient behind maxPool2d',
    (on, terms, [N, H, W]) => {
      // All inputs of a window are the term, so that the first wins.
      const inputs = Float32Array.from({ length: 4 * terms.length }, (_, i) => {
        const [row, column] = [Math.floor(i / (2 * W)), i % (2 * W)];
        return terms[Math.floor(row / 2) * W + Math.floor(column / 2)]!;
      });
      const whole = [N, 2 * H, 2 * W, SIDE];
      const input = on.make([N, 2 * H, 2 * W, 1], inputs);
      const [kernel, dKernel] = [on.make([1, 1, 1, SIDE], 1), on.make([1, 1, 1, SIDE])];
      const [output, dOutput] = [on.make(whole), on.make(whole)];
      const [pooled, dPooled] = [on.make([N, H, W, SIDE]), on.make([N, H, W, SIDE], FACTOR)];
      const positions = on.kernels.createIndices(pooled.size);
      const window = geometry([2 * H, 2 * W], [1, 1]);
      const pooling: WindowGeometry = {
        ...geometry([2 * H, 2 * W], [2, 2]),
        outputHeight: H,
        outputWidth: W,
        strideHeight: 2,
        strideWidth: 2,
      };
      const program = on.kernels.record(() => {
        on.kernels.conv2d(input, kernel, null, output, window);
        on.kernels.maxPool2d(output, pooled, positions, pooling);
        on.kernels.maxPool2dGradient(dPooled, positions, dOutput, pooling);
        on.kernels.conv2dKernelGradient(dOutput, input, dKernel, window);
      });
      program.run();
      program.release();
      on.kernels.release([positions]);
      return dKernel;
    },
    true,
  ).map((sum) => ({ ...sum, longest: 1e4 })),
  {
    name: 'depthwise conv2d',
    isProduct: true,
    run(on, terms) {
      const [H, W] = imageOf(terms.length);
      const input = on.repeated([1, H, W, SIDE], terms);
      const [kernel, output] = [on.make([H, W, 1, SIDE], FACTOR), on.make([1, 1, 1, SIDE])];
      on.kernels.conv2d(input, kernel, null, output, geometry([H, W], [H, W]));
      return output.data;
    },
  },
  {
    name: 'depthwise conv2dInputGradient',
    isProduct: true,
    longest: 1e3,
    run(on, terms) {
      const n = terms.length;
      const [dOutput, kernel] = [
        on.repeated([1, 1, n, SIDE], terms),
        on.make([1, n, 1, SIDE], FACTOR),
      ];
      const dInput = on.make([1, 1, 1, SIDE]);
      on.kernels.conv2dInputGradient(dOutput, kernel, dInput, geometry([1, 1], [1, n], n - 1));
      return dInput.data;
    },
  },
  {
    name: 'depthwise conv2dInputGradient of many filters',
    isProduct: true,
    longest: 1e3,
    run(on, terms) {
      const n = terms.length;
      const dOutput = on.make([1, 1, 1, 2 * n], Float32Array.of(...terms, ...terms));
      const [kernel, dInput] = [on.make([1, 1, 1, 2 * n], FACTOR), on.make([1, 1, 1, 2])];
      on.kernels.conv2dInputGradient(dOutput, kernel, dInput, geometry([1, 1], [1, 1]));
      return dInput.data;
    },
  },
  ...overPlaces(
    'depthwise conv2dKernelGradient',
    (on, terms, [N, H, W]) => {
      const dOutput = on.make([N, H, W, SIDE], FACTOR);
      const dKernel = on.make([1, 1, 1, SIDE]);
      const input = on.repeated([N, H, W, SIDE], terms);
      on.kernels.conv2dKernelGradient(dOutput, input, dKernel, geometry([H, W], [1, 1]));
      return dKernel;
    },
    true,
  ),
];

/** In float64, in blocks. */
function sumOf(terms: ArrayLike<number>): number {
  let total = 0;
  for (let first = 0; first < terms.length; first += 4096) {
    let sum = 0;
    for (let i = first; i < Math.min(terms.length, first + 4096); i++) sum += terms[i]!;
    total += sum;
  }
  return total;
}

/** Half a unit in the last place of 1: the rounding of one addition. */
const ROUNDING = 2 ** -24;

/** Errors of PyTorch's sums of so many terms, or fewer, in roundings of the sum of their sizes. */
const errorsOfPyTorch: Readonly<
  Record<number, { readonly terms: number; readonly products: number }>
> = golden;

/** PyTorch adds products one after the other, which is nothing to be held to. */
const MOST_OF_PRODUCTS = 128;

/** Where an operation errs more than four times as much as PyTorch's sums. */
export function inexactSums(sum: LongSum, kernels: Kernels, length: number): string[] {
  if (length > (sum.longest ?? length)) return [];
  const { terms, products } = errorsOfPyTorch[length]!;
  const bound = sum.isProduct ? Math.min(4 * products, MOST_OF_PRODUCTS) : 4 * terms;
  return (Object.keys(kindsOfTerms) as KindOfTerms[]).flatMap((kind) => {
    const error = errorOf(sum, kernels, termsOf(kind, length));
    if (error <= bound) return [];
    return [`${sum.name}, ${length} terms, ${kind}: expected an error of ${bound}, not ${error}`];
  });
}

/** Largest error of an operation, in roundings of the sum of the terms' sizes. */
function errorOf(sum: LongSum, kernels: Kernels, terms: Float32Array): number {
  const factor = sum.isProduct ? FACTOR : 1;
  const exact = sumOf(terms) * factor;
  const size = sumOf(terms.map(Math.abs)) * factor;
  const memory = new Memory(kernels);
  const results = Array.from(sum.run(memory, terms));
  memory.release();
  return Math.max(...results.map((result) => Math.abs(result - exact))) / size / ROUNDING;
}
