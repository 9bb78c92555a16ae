/**
 * NaN, infinities, zeros of both signs, and numbers at the ends of float32, in every operand of every
 * kernel: what comes of them is the same on every rung. NaN wins every maximum and minimum and is
 * never hidden by a ReLU or by max pooling, as in PyTorch; sums and products make what IEEE 754 says.
 */
import {
  math,
  perChannel,
  perRow,
  referenceKernels,
  Tensor,
  type Expression,
  type FloatArray,
  type Kernels,
  type Shape,
} from '../src/index.ts';
import { inOwnMemory, randomTensor } from './own-memory.ts';
import { relu } from './relu.ts';

/** 1e-40 is below the normal numbers; kernels may take it for 0. */
const SPECIAL = [NaN, Infinity, -Infinity, 0, -0, 1e-40, -1e-40, 3e38, -3e38];

/** A kernel call: shapes of what it reads, and how it is made; it gives what was written. */
export interface Case {
  readonly name: string;
  readonly reads: readonly Shape[];
  /** Operands that meet zeros of padding, of which 0 · ∞ may be made, or nothing. */
  readonly onlyFinite?: readonly number[];
  run(kernels: Kernels, reads: readonly Tensor[]): readonly Tensor[];
}

const window = (pad: number) => ({
  inputHeight: 4,
  inputWidth: 5,
  outputHeight: 2 + 2 * pad,
  outputWidth: 3 + 2 * pad,
  windowHeight: 3,
  windowWidth: 3,
  strideHeight: 1,
  strideWidth: 1,
  dilationHeight: 1,
  dilationWidth: 1,
  padTop: pad,
  padLeft: pad,
});

/** A convolution and its gradients, of C channels in groups. */
const convolutions = (title: string, C: number, ownC: number, pad: number): Case[] => {
  const K = 6;
  const [image, kernel] = [
    [2, 4, 5, C],
    [3, 3, ownC, K],
  ] as const;
  const g = window(pad);
  const output = [2, g.outputHeight, g.outputWidth, K];
  return [
    {
      name: `conv2d ${title}`,
      reads: [image, kernel, [K]],
      onlyFinite: pad > 0 ? [1] : [],
      run(kernels, [x, w, bias]) {
        const y = Tensor.zeros(output);
        kernels.conv2d(x!, w!, bias!, y, g);
        return [y];
      },
    },
    {
      name: `conv2d ${title}, its gradients`,
      reads: [output, image, kernel],
      onlyFinite: pad > 0 ? [0] : [],
      run(kernels, [dy, x, w]) {
        const [dx, dw, db] = [Tensor.zeros(image), Tensor.zeros(kernel), Tensor.zeros([K])];
        kernels.conv2dInputGradient(dy!, w!, dx, g);
        kernels.conv2dKernelGradient(dy!, x!, dw, g);
        kernels.biasGradient(dy!, db);
        return [dx, dw, db];
      },
    },
  ];
};

const poolings = [0, 1].map((pad): Case => {
  const g = window(pad);
  const output = [2, g.outputHeight, g.outputWidth, 3];
  return {
    name: `pooling, padded by ${pad}`,
    reads: [[2, 4, 5, 3], output],
    run(kernels, [x, dy]) {
      const [largest, mean, d, dMean] = [output, output, x!.shape, x!.shape].map((shape) =>
        Tensor.zeros(shape),
      ) as [Tensor, Tensor, Tensor, Tensor];
      const positions = new Int32Array(largest.size);
      kernels.maxPool2d(x!, largest, positions, g);
      kernels.maxPool2dGradient(dy!, positions, d, g);
      kernels.averagePool2d(x!, mean, g);
      kernels.averagePool2dGradient(dy!, dMean, g);
      return [largest, mean, d, dMean];
    },
  };
});

const matMuls = (
  [
    [[3, 7], [7, 5], {}],
    [[3, 7], [5, 7], { transposeB: true }],
    [[7, 3], [7, 5], { transposeA: true }],
  ] as const
).map(([a, b, options]): Case => {
  const hasBias = !('transposeA' in options);
  return {
    name: `matMul ${JSON.stringify(options)}`,
    reads: [a, b, [5]],
    run(kernels, reads) {
      const output = Tensor.zeros([3, 5]);
      const bias = hasBias ? reads[2]! : null;
      kernels.matMul({ a: reads[0]!, b: reads[1]!, output, bias, ...options });
      const positive = Tensor.zeros([3, 5]);
      relu(kernels, output, positive);
      return [output, positive];
    },
  };
});

const rows = [4, 6];

/** Calls of all kernels but expressions. */
export const cases: readonly Case[] = [
  ...convolutions('plain', 4, 4, 0),
  ...convolutions('padded', 5, 5, 1),
  ...convolutions('in groups', 4, 2, 0),
  ...convolutions('depthwise', 3, 1, 1),
  ...poolings,
  ...matMuls,
  {
    name: 'moving',
    reads: [[1, 2, 3, 2], [1, 2, 3, 1], [256]],
    run(kernels, [a, b, table]) {
      const [both, wide, cut] = [
        [1, 2, 3, 3],
        [1, 4, 4, 2],
        [1, 1, 2, 2],
      ].map((shape) => Tensor.zeros(shape)) as [Tensor, Tensor, Tensor];
      const parts = [Tensor.zeros(a!.shape), Tensor.zeros(b!.shape)];
      const seen = Tensor.zeros([256]);
      kernels.concatenate([a!, b!], both);
      kernels.split(both, parts);
      kernels.pad2d(a!, wide, { top: 1, left: 1 });
      kernels.crop2d(a!, cut, { top: 1, left: 0 });
      kernels.lookUp(
        Uint8Array.from({ length: 256 }, (_, i) => i),
        table!,
        seen,
      );
      return [both, ...parts, wide, cut, seen];
    },
  },
  {
    name: 'softmax',
    reads: [rows, rows],
    run(kernels, [z, dy]) {
      const [p, dz] = [Tensor.zeros(rows), Tensor.zeros(rows)];
      kernels.softmax(z!, p);
      kernels.softmaxGradient(dy!, p, dz);
      return [p, dz];
    },
  },
  {
    name: 'softmaxCrossEntropy',
    reads: [rows],
    run(kernels, [z]) {
      const [losses, dz] = [Tensor.zeros([4]), Tensor.zeros(rows)];
      kernels.softmaxCrossEntropy(z!, Int32Array.of(0, 5, 2, 1), losses, dz, 0.25);
      return [losses, dz];
    },
  },
  {
    name: 'softmaxCrossEntropy of distributions',
    reads: [rows],
    run(kernels, [z]) {
      const [losses, dz] = [Tensor.zeros([4]), Tensor.zeros(rows)];
      const targets = Tensor.zeros(rows);
      for (let i = 0; i < targets.size; i++)
        targets.data[i] = [0.5, 0, 0.25, 0.25, 0, 0][(i * 5) % 6]!;
      kernels.softmaxCrossEntropy(z!, targets, losses, dz, 0.25);
      return [losses, dz];
    },
  },
  {
    name: 'sums of expressions',
    reads: [rows, [6], [4, 1]],
    run(kernels, [x, c, r]) {
      const [ofRows, ofChannels] = [Tensor.zeros([4, 1]), Tensor.zeros([6])];
      const operands = { x: x!, c: perChannel(c!), r: perRow(r!) };
      kernels.rowSums(operands, (of) => ({ ofRows: of.x.times(of.c).plus(of.r) }), { ofRows });
      kernels.channelSums(operands, (of) => ({ ofChannels: of.x.plus(of.c).times(of.r) }), {
        ofChannels,
      });
      return [ofRows, ofChannels];
    },
  },
];

/** In which numbers a result is not what the reference gives, in float32: NaN, infinities, or nearly the number. */
function* unlike(
  actual: FloatArray,
  expected: FloatArray,
  title: string,
  least = 1,
): Generator<string> {
  for (const [i, value] of expected.entries()) {
    const received = actual[i]!;
    if (Number.isFinite(value) && Number.isFinite(received)) {
      if (Math.abs(received - value) <= 1e-5 * Math.max(least, Math.abs(value))) continue;
    } else if (Object.is(received, value)) continue;
    yield `${title}[${i}]: expected ${value}, received ${received}`;
  }
}

/** Each special number in operand `i` of a call, first and last: where `kernels` differ from the reference. */
export function* unlikeReference(
  { reads, onlyFinite, ...each }: Case,
  i: number,
  kernels: Kernels,
): Generator<string> {
  const reference = inOwnMemory(referenceKernels, 'float32');
  const own = inOwnMemory(kernels, 'float32');
  // Sums of a few may not leave float32 halfway: of 3e38 and −3e38 nothing would be left.
  const all = reads.map((shape) => scaled(randomTensor(shape), 0.1));
  const { data } = all[i]!;
  for (const value of onlyFinite?.includes(i) ? SPECIAL.filter(Number.isFinite) : SPECIAL) {
    for (const at of [0, data.length - 1]) {
      const kept = data[at]!;
      data[at] = value;
      const expected = each.run(reference, all);
      for (const [j, { data }] of each.run(own, all).entries()) {
        const title = `${kernels.name}, ${each.name}, [${at}] = ${value}, result ${j}`;
        yield* unlike(data, expected[j]!.data, title);
      }
      data[at] = kept;
    }
  }
}

function scaled(tensor: Tensor, factor: number): Tensor {
  for (let i = 0; i < tensor.size; i++) tensor.data[i]! *= factor;
  return tensor;
}

const pairs = [...SPECIAL, 1, -2].flatMap((a) => [...SPECIAL, 1, -2].map((b) => [a, b] as const));
const [a, b] = [0, 1].map((i) => Tensor.from(pairs.map((pair) => pair[i]!))) as [Tensor, Tensor];
const { abs, add, divide, erf, exp, log, maximum, minimum, multiply, sqrt, subtract, tanh } = math;

/** Operations of expressions. */
export const operations: Readonly<Record<string, (x: Expression, y: Expression) => Expression>> = {
  add,
  subtract,
  multiply,
  divide,
  maximum,
  minimum,
  abs,
  exp,
  log,
  sqrt,
  tanh,
  erf,
  'at least a constant': (x) => maximum(x, -0.5),
  'at most a constant': (x) => minimum(0.5, x),
  'the greater': (x, y) => math.selectGreater(x, y, x, y),
};

/** The same for an operation of {@link operations}, on all pairs of special numbers. */
export function unlikeInExpressions(name: string, kernels: Kernels): string[] {
  const [expected, received] = [referenceKernels, kernels].map((each) => {
    const y = Tensor.zeros(a.shape);
    const own = inOwnMemory(each, 'float32');
    own.elementwise({ a, b }, (of) => ({ y: operations[name]!(of.a, of.b) }), { y });
    return y.data;
  });
  return [...unlike(received!, expected!, `${kernels.name}, ${name}`, 1e-38)];
}
