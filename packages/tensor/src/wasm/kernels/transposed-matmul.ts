/** The matrix product `aᵀ · b` as work: the gradient of a dense layer's kernel. */
import type { MatMul } from '../../kernels.ts';
import { FLOAT } from '../emit/vector-access.ts';
import type { Engine } from '../run/engine.ts';
import { CHUNKS, LINE, stretches } from '../run/stretches.ts';
import { sumOfParts } from '../run/sum-of-parts.ts';
import { spanOf, type UnitWork, type Work } from '../run/work.ts';
import { contractionCall, matMulWork } from './matmul.ts';

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

/** A matrix product as work, backward passes included; none for the forms that no layer uses. */
export function anyMatMulWork(engine: Engine, product: MatMul): Work | readonly Work[] | undefined {
  if (!product.transposeA) return matMulWork(engine, product);
  return product.transposeB || product.bias ? undefined : transposedTimes(engine, product);
}
