/**
 * ReLU as work, without expressions: a pass of its own, where the work before it cannot finish with it.
 * It gives the bits that `elementwise.ts` does.
 */
import type { Expression } from '../../expression.ts';
import type { Tensor } from '../../tensor.ts';
import type { Code } from '../emit/code.ts';
import { forRow } from '../emit/for-row.ts';
import { FLOAT, loadVector, storeVector } from '../emit/vector-access.ts';
import { sampleAddress, spanOf, type Call, type SampleWork } from '../run/work.ts';

/** Whether an expression is a ReLU of operand 0: 0 where 0 is larger, so that a NaN stays. */
export function isRelu(x: Expression): boolean {
  const isZero = (part: Expression): boolean => part.kind === 'constant' && part.value === 0;
  const isInput = (part: Expression): boolean => part.kind === 'operand' && part.index === 0;
  return (
    x.kind === 'select' && isZero(x.a) && isInput(x.b) && isZero(x.then) && isInput(x.otherwise)
  );
}

/** Emits the function `(input, output)` of `length` numbers. */
function emitRelu(code: Code, length: number): void {
  const [input, output] = code.parameters;
  const zero = code.keep(() => code.splat(0));
  forRow(
    code,
    length,
    (offset, width) => {
      const x = code.keep(() => {
        loadVector(code, input!, offset * FLOAT, width);
      });
      const y = code.keep(() => {
        code.get(zero).get(x).get(zero).get(x).op('f32x4Gt', 'v128Bitselect');
      });
      storeVector(code, output!, offset * FLOAT, width, y);
    },
    (floats) => {
      for (const pointer of [input!, output!]) code.advance(pointer, floats * FLOAT);
    },
  );
}

/** `output = max(0, input)`; both may be one tensor. */
export function reluWork(input: Tensor, output: Tensor): SampleWork {
  const { shape, size } = output;
  const [from, to] = [spanOf(input.data), spanOf(output.data)];
  const samples = shape[0] ?? 1;
  const call = (parts: number, first: number, count: number): Call => {
    const length = (size / parts) * count;
    return {
      key: `relu ${length}`,
      emit: (code) => {
        emitRelu(code, length);
      },
      values: [sampleAddress(from, parts, first), sampleAddress(to, parts, first)],
    };
  };
  const rows = size / (shape.at(-1) ?? 1);
  return {
    kind: 'samples',
    name: 'elementwise',
    samples,
    reads: [from],
    writes: [to],
    isFinish: 'relu',
    calls: (first, count) => [call(samples, first, count)],
    ...(samples === 1 &&
      rows > 1 && {
        parts: { count: rows, calls: (first, count) => [call(rows, first, count)] },
      }),
  };
}
