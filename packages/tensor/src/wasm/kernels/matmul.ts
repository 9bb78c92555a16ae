/** Matrix products as work. */
import type { MatMul } from '../../kernels.ts';
import type { Engine } from '../run/engine.ts';
import { emitContraction, type Contraction, type Finish } from '../emit/contraction.ts';
import { emitDotProducts, type DotProducts } from '../emit/dot-products.ts';
import { sumOfParts } from '../run/sum-of-parts.ts';
import { CHUNKS, LINE, stretches } from '../run/stretches.ts';
import { FLOAT } from '../emit/vector-access.ts';
import {
  sampleAddress,
  spanOf,
  type Call,
  type SampleWork,
  type Span,
  type UnitWork,
  type Work,
} from '../run/work.ts';

/** A call of a contraction. `side` is the address of the bias, or of the gate. */
export function contractionCall(
  engine: Engine,
  spec: Contraction,
  [a, b, c, side = 0]: readonly number[],
): Call {
  return {
    key: JSON.stringify(spec),
    emit: (code) => {
      emitContraction(code, spec, engine.multiplyAdd);
    },
    values: [a!, b!, c!, side],
  };
}

function dotProductsCall(engine: Engine, spec: DotProducts, values: readonly number[]): Call {
  return {
    key: `dot ${JSON.stringify(spec)}`,
    emit: (code) => {
      emitDotProducts(code, spec, engine.multiplyAdd);
    },
    values,
  };
}

/** `a · bᵀ` + bias: rows of a are samples. */
function samplesTimesTransposed(
  engine: Engine,
  product: MatMul,
  finish?: Finish,
  gate?: Span,
  written: Span = spanOf(product.output.data),
): SampleWork {
  const { a, b, bias } = product;
  const [M, L] = a.shape as [number, number];
  const N = b.shape[0]!;
  const [aSpan, bSpan] = [spanOf(a.data), spanOf(b.data)];
  const side = bias ? spanOf(bias.data) : gate;
  const call = (row: number, rows: number, column: number, columns: number): Call[] => [
    dotProductsCall(
      engine,
      { rows, columns, length: L, cStride: N, hasBias: Boolean(bias), finish },
      [
        aSpan.address + row * L * FLOAT,
        bSpan.address + column * L * FLOAT,
        written.address + (row * N + column) * FLOAT,
        (side?.address ?? 0) + (bias ? column : row * N + column) * FLOAT,
      ],
    ),
  ];
  return {
    kind: 'samples',
    name: 'matMul',
    samples: M,
    reads: [aSpan, bSpan, ...(side ? [side] : [])],
    writes: [written],
    calls: (first, count) => call(first, count, 0, N),
    parts: { count: N, calls: (first, count) => call(0, M, first, count) },
    // Bias and gate share a parameter, and no network needs both.
    ...(finish
      ? {}
      : {
          finishedBy: (finish: Finish, gate: Span, output: Span) =>
            samplesTimesTransposed(engine, product, finish, gate, output),
        }),
  };
}

/** `a · b`: rows of a are samples. */
function samplesTimes(
  engine: Engine,
  product: MatMul,
  finish?: Finish,
  gate?: Span,
  written: Span = spanOf(product.output.data),
): SampleWork {
  const { a, b, bias } = product;
  const [M, L] = a.shape as [number, number];
  const N = b.shape[1]!;
  const [aSpan, bSpan] = [spanOf(a.data), spanOf(b.data)];
  const side = bias ? spanOf(bias.data) : gate;
  return {
    kind: 'samples',
    name: 'matMul',
    samples: M,
    reads: [aSpan, bSpan, ...(side ? [side] : [])],
    writes: [written],
    calls: (first, count) => [
      contractionCall(
        engine,
        {
          outer: [],
          inner: [],
          rows: [{ count, a: L, c: N }],
          columns: N,
          reduction: [{ count: L, a: 1, b: N }],
          start: bias ? 'bias' : 'zero',
          finish,
        },
        [
          sampleAddress(aSpan, M, first),
          bSpan.address,
          sampleAddress(written, M, first),
          side ? (bias ? side.address : sampleAddress(side, M, first)) : 0,
        ],
      ),
    ],
    ...(finish
      ? {}
      : {
          finishedBy: (finish: Finish, gate: Span, output: Span) =>
            samplesTimes(engine, product, finish, gate, output),
        }),
  };
}

/** Sums over samples that read more bytes than this are formed in two halves. */
const LARGEST_WHOLE = 256 * 1024;

/**
 * `aᵀ · b`: a sum over samples, divided by columns of the result. If it is large, the samples are
 * also divided in two halves: with two threads, each then reads what it has itself computed.
 */
function transposedTimes(engine: Engine, { a, b, output, accumulate }: MatMul): UnitWork[] {
  const [L, M] = a.shape as [number, number];
  const N = b.shape[1]!;
  const [aSpan, bSpan, target] = [spanOf(a.data), spanOf(b.data), spanOf(output.data)];
  const isWhole = bSpan.bytes <= LARGEST_WHOLE || L < 2 * CHUNKS;
  const halves = isWhole ? [{ first: 0, count: L }] : stretches(L, 2);
  const written = isWhole
    ? target
    : engine.scratch(`halves ${target.address}`, halves.length * output.size);
  const product: UnitWork = {
    kind: 'units',
    name: 'matMul',
    reads: [aSpan, bSpan],
    writes: [written],
    adds: isWhole && (accumulate ?? false),
    pieces: (most, start) =>
      stretches(N, Math.ceil(most / halves.length), LINE).flatMap((columns) =>
        halves.map((samples, half) => [
          contractionCall(
            engine,
            {
              outer: [],
              inner: [],
              rows: [{ count: M, a: 1, c: N }],
              columns: columns.count,
              reduction: [{ count: samples.count, a: M, b: N }],
              start: isWhole && accumulate ? start : 'zero',
            },
            [
              aSpan.address + samples.first * M * FLOAT,
              bSpan.address + (samples.first * N + columns.first) * FLOAT,
              written.address + half * target.bytes + columns.first * FLOAT,
            ],
          ),
        ]),
      ),
  };
  if (isWhole) return [product];
  const sum = sumOfParts(target, written, halves.length);
  return [product, accumulate ? sum : { ...sum, adds: false }];
}

/** A matrix product as work; none for the two forms that no layer uses. */
export function matMulWork(engine: Engine, product: MatMul): Work[] | undefined {
  const { transposeA = false, transposeB = false, accumulate = false, bias } = product;
  if (transposeA) return transposeB || bias ? undefined : transposedTimes(engine, product);
  if (accumulate) return undefined;
  return [transposeB ? samplesTimesTransposed(engine, product) : samplesTimes(engine, product)];
}
