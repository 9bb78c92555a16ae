/** Elementwise kernels as work. */
import type { Tensor } from '../tensor.ts';
import * as elementwise from './elementwise.ts';
import { emitElementwise, type Elementwise } from './elementwise.ts';
import { LINE, stretches, type Stretch } from './stretches.ts';
import { FLOAT } from './vector-access.ts';
import {
  sampleAddress,
  spanOf,
  type Call,
  type SampleWork,
  type Span,
  type UnitWork,
} from './work.ts';

function mapCall(spec: Elementwise, size: number, values: readonly number[]): Call {
  return {
    key: `${spec.key} ${size}`,
    emit: (code) => {
      emitElementwise(code, size, spec);
    },
    values,
  };
}

/** Maps activations; the first axis of all tensors counts samples. */
export function mapSamples(
  spec: Elementwise,
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
): SampleWork {
  const [reads, writes] = [inputs, outputs].map((tensors) =>
    tensors.map(({ data }) => spanOf(data)),
  );
  const { shape, size } = inputs[0]!;
  const samples = shape[0]!;
  return {
    kind: 'samples',
    name: spec.key,
    samples,
    reads: reads!,
    writes: writes!,
    calls: (first, count) => [
      mapCall(
        spec,
        (size / samples) * count,
        [...reads!, ...writes!].map((span) => sampleAddress(span, samples, first)),
      ),
    ],
  };
}

/** Fewer numbers than this are not divided. */
const SMALLEST_DIVIDED = 2048;

/** Pieces of `size` numbers that threads may share. */
export const divided = (size: number, most: number): Stretch[] =>
  stretches(size, size < SMALLEST_DIVIDED ? 1 : most, LINE);

/** Adds up the `count` arrays that lie one after the other in `parts`, in order. */
export function sumOfParts(target: Span, parts: Span, count: number): UnitWork {
  const length = target.bytes / FLOAT;
  return {
    kind: 'units',
    name: 'sumOfParts',
    reads: [parts],
    writes: [target],
    adds: true,
    pieces: (most, start) =>
      divided(length, most).map((piece) => [
        mapCall(
          elementwise.sumOfParts(count, start),
          piece.count,
          [
            target.address,
            ...Array.from({ length: count }, (_, i) => parts.address + i * target.bytes),
          ].map((address) => address + piece.first * FLOAT),
        ),
      ]),
  };
}
