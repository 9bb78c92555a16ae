/** Matrix products as work. */
import type { MatMul } from '../../kernels.ts';
import type { Engine } from '../run/engine.ts';
import { emitContraction, type Contraction, type Finish } from '../emit/contraction.ts';
import { emitDotProducts, type DotProducts } from '../emit/dot-products.ts';
import { FLOAT } from '../emit/vector-access.ts';
import { sampleAddress, spanOf, type Call, type SampleWork, type Span } from '../run/work.ts';

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

/** A matrix product as work; none for the forms that no layer's forward pass uses. */
export function matMulWork(engine: Engine, product: MatMul): SampleWork | undefined {
  const { transposeA, transposeB, accumulate } = product;
  if (transposeA || accumulate) return undefined;
  return transposeB ? samplesTimesTransposed(engine, product) : samplesTimes(engine, product);
}
