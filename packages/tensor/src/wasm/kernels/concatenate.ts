/** Tensors laid side by side along their last axis, and cut apart again: copies of rows. */
import type { Tensor } from '../../tensor.ts';
import { emitStridedCopy } from '../emit/strided-copy.ts';
import { FLOAT } from '../emit/vector-access.ts';
import { sampleAddress, spanOf, type Call, type SampleWork } from '../run/work.ts';

/** Copies `rows` rows of `length` numbers, which lie `from` and `to` numbers apart. */
const copyRows = (
  rows: number,
  length: number,
  from: { readonly address: number; readonly step: number },
  to: { readonly address: number; readonly step: number },
): Call => ({
  key: `copy ${rows} rows of ${length} ${from.step} ${to.step}`,
  emit: (code) => {
    emitStridedCopy(code, [
      { count: rows, from: from.step, to: to.step },
      { count: length, from: 1, to: 1 },
    ]);
  },
  values: [from.address, to.address],
});

/** One call for each part; `joins` tells whether the parts are read or written. */
function copies(name: string, whole: Tensor, parts: readonly Tensor[], joins: boolean): SampleWork {
  const [samples, C] = [whole.shape[0]!, whole.shape.at(-1)!];
  const rowsPerSample = whole.size / C / samples;
  const span = spanOf(whole.data);
  const spans = parts.map(({ data }) => spanOf(data));
  return {
    kind: 'samples',
    name,
    samples,
    reads: joins ? spans : [span],
    writes: joins ? [span] : spans,
    calls: (first, count) => {
      let channel = 0;
      return parts.map((part, i) => {
        const step = part.shape.at(-1)!;
        const apart = { address: sampleAddress(spans[i]!, samples, first), step };
        const address = sampleAddress(span, samples, first) + channel * FLOAT;
        const within = { address, step: C };
        channel += step;
        const rows = rowsPerSample * count;
        return joins ? copyRows(rows, step, apart, within) : copyRows(rows, step, within, apart);
      });
    },
  };
}

/** `parts` side by side in `output`. */
export const concatenationWork = (parts: readonly Tensor[], output: Tensor): SampleWork =>
  copies('concatenate', output, parts, true);

/** `input` cut into `parts`. */
export const splitWork = (input: Tensor, parts: readonly Tensor[]): SampleWork =>
  copies('split', input, parts, false);
