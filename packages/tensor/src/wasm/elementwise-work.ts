/** Elementwise kernels as work. */
import type { Tensor } from '../tensor.ts';
import { emitElementwise, type Elementwise } from './elementwise.ts';
import { FLOAT } from './vector-access.ts';
import { sampleAddress, spanOf, type Call, type SampleWork, type UnitWork } from './work.ts';

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

/** Updates fewer numbers than this undivided. */
const SMALLEST_DIVIDED = 2048;

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
    count: size,
    quantum: size < SMALLEST_DIVIDED ? size : 16,
    calls: (first, count) => [
      mapCall(spec, count, [
        ...spans.map(({ address }) => address + first * FLOAT),
        scalars.data.byteOffset,
      ]),
    ],
  };
}
