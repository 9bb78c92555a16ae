/** Convolutions with a max pooling behind them that is by windows of 2 × 2, apart from each other. */
import { emitPooledConvolution, type PooledConvolution } from '../emit/pooled-convolution.ts';
import { FLOAT } from '../emit/vector-access.ts';
import { sampleAddress, spanOf, type Call } from '../run/work.ts';
import { halves } from './max-pool2d.ts';
import type { PooledSlide } from './sliding-window.ts';

/** A slide whose result is only pooled, as one work; none for poolings that do not halve. */
export const pooledSlide: PooledSlide = (engine, spec, pooling) => {
  const { field, kernel, bias, groups, geometry: g } = spec;
  const [N, P, Q, K] = spec.outputShape as [number, number, number, number];
  const [R, S, C] = spec.kernelShape as [number, number, number];
  if (groups > 1 || !halves(pooling.geometry, P, Q)) return undefined;
  const row = field.width * C;
  const [rows, columns] = [pooling.geometry.outputHeight, pooling.geometry.outputWidth];
  const input = [g.strideHeight * row, g.strideWidth * C] as const;
  const index = [Q * K, K] as const;
  const output = spanOf(pooling.output.data);
  const call = (first: number, samples: number, firstRow: number, count: number): Call => {
    const pooled: PooledConvolution = {
      loops: [
        {
          count: samples,
          input: field.height * row,
          output: rows * columns * K,
          index: P * Q * K,
        },
        { count, input: 2 * input[0], output: columns * K, index: 2 * index[0] },
        { count: columns, input: 2 * input[1], output: K, index: 2 * index[1] },
      ],
      input,
      index,
      filters: K,
      reduction: [
        { count: R, a: g.dilationHeight * row, b: S * C * K },
        ...(g.dilationWidth === 1
          ? [{ count: S * C, a: 1, b: K }]
          : [
              { count: S, a: g.dilationWidth * C, b: C * K },
              { count: C, a: 1, b: K },
            ]),
      ],
      isPacked: kernel.isPacked,
      hasBias: bias !== undefined,
      hasRelu: spec.finish === 'relu',
    };
    const to = firstRow * columns * K * FLOAT;
    return {
      key: `pooled convolution ${JSON.stringify(pooled)}`,
      emit: (code) => {
        emitPooledConvolution(code, pooled, engine.multiplyAdd);
      },
      values: [
        sampleAddress(field.span, N, first) + firstRow * 2 * input[0] * FLOAT,
        kernel.address,
        sampleAddress(output, N, first) + to,
        bias?.address ?? 0,
        sampleAddress(pooling.positions, N, first) + to,
        first * P * Q * K + firstRow * 2 * index[0],
      ],
    };
  };
  return {
    kind: 'samples',
    name: 'convolution',
    samples: N,
    reads: [field.span, kernel.span, ...(bias ? [bias] : [])],
    writes: [output, pooling.positions],
    calls: (first, count) => [call(first, count, 0, rows)],
    parts: { count: rows, calls: (first, count) => [call(0, N, first, count)] },
  };
};
