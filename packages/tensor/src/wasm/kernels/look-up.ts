/** Numbers from a table, by bytes: how pixels become inputs. */
import type { Tensor } from '../../tensor.ts';
import type { Code, Local } from '../emit/code.ts';
import { FLOAT } from '../emit/vector-access.ts';
import { sampleAddress, spanOf, type SampleWork } from '../run/work.ts';

/** Looked up in one turn of the loop, at least; whole pixels. */
const SIDE_BY_SIDE = 4;
const BYTE_VALUES = 256;

/** Emits the function `(bytes, table, output)`, for a table of each of `channels` channels. */
function emitLookUp(code: Code, size: number, channels: number): void {
  const [bytes, table, output] = code.parameters as [Local, Local, Local];
  const step = (count: number): void => {
    for (let i = 0; i < count; i++) {
      code.get(output).get(bytes).access('i32Load8U', i).i32(2).op('i32Shl');
      code
        .get(table)
        .op('i32Add')
        .access('f32Load', (i % channels) * BYTE_VALUES * FLOAT)
        .access('f32Store', i * FLOAT);
    }
    code.advance(bytes, count).advance(output, count * FLOAT);
  };
  const together = channels * Math.ceil(SIDE_BY_SIDE / channels);
  code.repeat(Math.floor(size / together), () => {
    step(together);
  });
  step(size % together);
}

/** See the top of this file. */
export function lookUpWork(bytes: Uint8Array, table: Tensor, output: Tensor): SampleWork {
  const N = output.shape[0]!;
  const channels = table.size / BYTE_VALUES;
  const [from, numbers, to] = [spanOf(bytes), spanOf(table.data), spanOf(output.data)];
  return {
    kind: 'samples',
    name: 'lookUp',
    samples: N,
    reads: [from, numbers],
    writes: [to],
    calls: (first, count) => {
      const size = (output.size / N) * count;
      return [
        {
          key: `lookUp ${size} of ${channels}`,
          emit: (code) => {
            emitLookUp(code, size, channels);
          },
          values: [sampleAddress(from, N, first), numbers.address, sampleAddress(to, N, first)],
        },
      ];
    },
  };
}
