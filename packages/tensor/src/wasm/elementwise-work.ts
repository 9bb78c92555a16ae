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

/** Terms that one function adds up; each takes a pointer and a vector. */
const MOST_TERMS = 8;

/** Adds up activations, in order. */
export function addWork(terms: readonly Tensor[], output: Tensor): SampleWork[] {
  const works: SampleWork[] = [];
  for (let rest = [...terms]; rest.length > 0;) {
    const now = rest.splice(0, MOST_TERMS);
    works.push(mapSamples(elementwise.add(now.length), now, [output]));
    if (rest.length > 0) rest.unshift(output);
  }
  return works;
}

/** Fewer numbers than this are not divided. */
const SMALLEST_DIVIDED = 2048;

/** Pieces of `size` numbers that threads may share. */
export const divided = (size: number, most: number): Stretch[] =>
  stretches(size, size < SMALLEST_DIVIDED ? 1 : most, LINE);

/** Updates weights and what belongs to them, in place; `scalars` hold what changes step by step. */
export function updateWeights(
  spec: Elementwise,
  tensors: readonly Tensor[],
  scalars: Tensor,
): UnitWork {
  const spans = tensors.map(({ data }) => spanOf(data));
  const { size } = tensors[0]!;
  return {
    kind: 'units',
    name: spec.key,
    reads: [...spec.reads.map((index) => spans[index]!), spanOf(scalars.data)],
    writes: spec.writes.map((index) => spans[index]!),
    pieces: (most) =>
      divided(size, most).map(({ first, count }) => [
        mapCall(spec, count, [
          ...spans.map(({ address }) => address + first * FLOAT),
          scalars.data.byteOffset,
        ]),
      ]),
  };
}

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
