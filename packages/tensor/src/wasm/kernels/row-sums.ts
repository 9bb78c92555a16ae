/** Sums of expressions along the last axis, one for each row. */
import type { ExpressionCall } from '../../expression-call.ts';
import { sizeOf } from '../../shape.ts';
import type { Code } from '../emit/code.ts';
import { emitSumOfLanes } from '../emit/dot-products.ts';
import { emitConstants, emitSteps, OperandPointers, type Access } from '../emit/expression-code.ts';
import { stepsOf, type Steps } from '../emit/expression-steps.ts';
import { forRow } from '../emit/for-row.ts';
import { sumsInBlocks } from '../emit/sums-in-blocks.ts';
import { addressesAt, simplified } from '../run/expression-work.ts';
import { FLOAT, LANES, lanesBelow, storeVector } from '../emit/vector-access.ts';
import { spanOf, type Call, type SampleWork } from '../run/work.ts';

interface Plan {
  readonly steps: Steps;
  readonly accesses: readonly Access[];
}

/** Emits the function `(operand 0, operand 1, …, sums 0, …)`. */
function emitRowSums(code: Code, { steps, accesses }: Plan, rows: number, channels: number): void {
  const pointers = new OperandPointers(code, accesses, channels);
  const constants = emitConstants(code, steps);
  const outputs = code.parameters.slice(accesses.length);
  code.repeat(rows, () => {
    pointers.beginRow();
    const sums = code.zeros(outputs.length);
    const blocks = sumsInBlocks(code, sums, channels / LANES);
    forRow(
      code,
      channels,
      (offset, width) => {
        const values = emitSteps(code, steps, constants, pointers.loader(offset, width));
        for (const [i, value] of values.entries()) {
          code.get(sums[i]!).get(value);
          if (width < LANES) code.i32x4(lanesBelow(width)).op('v128And');
          code.op('f32x4Add').set(sums[i]!);
        }
      },
      (floats) => {
        pointers.advance(floats);
      },
      blocks,
    );
    blocks.finish();
    for (const [i, sum] of sums.entries()) {
      emitSumOfLanes(code, sum);
      storeVector(code, outputs[i]!, 0, 1, sum);
      code.advance(outputs[i]!, FLOAT);
    }
  });
}

/** `Kernels.rowSums`. */
export function rowSumsWork({
  expressions,
  operands,
  outputs: sums,
  shape,
}: ExpressionCall): SampleWork {
  const inputs = simplified(operands, shape);
  const outputs = sums.map(({ data }) => ({ access: 'row', span: spanOf(data) }) as const);
  const parameters = [...inputs, ...outputs];
  const plan = { steps: stepsOf(expressions), accesses: inputs.map(({ access }) => access) };
  const samples = shape[0]!;
  const channels = shape.at(-1)!;
  const rows = shape.length > 1 ? sizeOf(shape) / samples / channels : 1;
  const callsOn = (of: number, first: number, count: number): Call[] => [
    {
      key: `rowSums ${plan.steps.key}; ${plan.accesses.join(' ')}; ${count} ${channels}`,
      emit: (code) => {
        emitRowSums(code, plan, count, channels);
      },
      values: addressesAt(parameters, of, first),
    },
  ];
  return {
    kind: 'samples',
    name: 'rowSums',
    samples,
    reads: inputs.map(({ span }) => span),
    writes: outputs.map(({ span }) => span),
    calls: (first, count) => callsOn(samples, first, count * rows),
    ...(samples === 1 &&
      rows > 1 && {
        parts: { count: rows, calls: (first, count) => callsOn(rows, first, count) },
      }),
  };
}
