/** A kernel that slides over a field, as work. */
import { FLOAT } from '../emit/vector-access.ts';
import type { Engine } from '../run/engine.ts';
import { sampleAddress, type Call, type SampleWork } from '../run/work.ts';
import { contractionCall } from './matmul.ts';
import type { Slide } from './sliding-window.ts';

/** Slides a kernel over a field: a product of windows, as rows, and the kernel's matrix. */
export function slide(engine: Engine, spec: Slide): SampleWork {
  const { field, kernel, bias, output, finish, gate, groups, pooledSlide, geometry: g } = spec;
  const [N, P, Q, K] = spec.outputShape as [number, number, number, number];
  const [R, S, ownC] = spec.kernelShape as [number, number, number];
  const C = ownC * groups;
  const ownK = K / groups;
  const row = field.width * C;
  const side = bias ?? gate;
  const ofGroup = (
    group: number,
    [first, count]: readonly [number, number],
    [firstRow, rows]: readonly [number, number],
  ): Call => {
    const from = firstRow * g.strideHeight * row + group * ownC;
    const to = firstRow * Q * K + group * ownK;
    return contractionCall(
      engine,
      {
        outer: [{ count, a: field.height * row, b: 0, c: P * Q * K }],
        inner: [],
        rows: [
          { count: rows, a: g.strideHeight * row, c: Q * K },
          { count: Q, a: g.strideWidth * C, c: K },
        ],
        columns: ownK,
        reduction: [
          { count: R, a: g.dilationHeight * row, b: S * ownC * K },
          ...(g.dilationWidth === 1 && groups === 1
            ? [{ count: S * C, a: 1, b: K }]
            : [
                { count: S, a: g.dilationWidth * C, b: ownC * K },
                { count: ownC, a: 1, b: K },
              ]),
        ],
        start: bias ? 'bias' : 'zero',
        finish,
        isPacked: kernel.isPacked,
      },
      [
        sampleAddress(field.span, N, first) + from * FLOAT,
        kernel.address + group * ownK * FLOAT,
        sampleAddress(output, N, first) + to * FLOAT,
        bias
          ? bias.address + group * ownK * FLOAT
          : gate
            ? sampleAddress(gate, N, first) + to * FLOAT
            : 0,
      ],
    );
  };
  const calls = (
    samples: readonly [number, number],
    rows: readonly [number, number],
  ): readonly Call[] => Array.from({ length: groups }, (_, group) => ofGroup(group, samples, rows));
  return {
    kind: 'samples',
    name: 'convolution',
    samples: N,
    reads: [field.span, kernel.span, ...(side ? [side] : [])],
    writes: [output],
    calls: (first, count) => calls([first, count], [0, P]),
    parts: { count: P, calls: (first, count) => calls([0, N], [first, count]) },
    ...(pooledSlide && finish !== 'gate'
      ? { pooledBy: (pooling) => pooledSlide(engine, spec, pooling) }
      : {}),
    ...(finish
      ? {}
      : {
          finishedBy: (finish, gate, output) => slide(engine, { ...spec, finish, gate, output }),
        }),
  };
}
