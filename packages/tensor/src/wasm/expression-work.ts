/** Expressions over tensors as work: stored element by element, or summed along rows. */
import type { Expression } from '../expression.ts';
import { accessOf, checkElementwise, checkRowSums, tensorOf, type Operand } from '../operands.ts';
import { sizeOf, type Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import type { Code } from './code.ts';
import { emitSumOfLanes } from './dot-products.ts';
import { divided } from './elementwise-work.ts';
import { keep } from './elementwise.ts';
import {
  emitConstants,
  emitSteps,
  forRow,
  OperandPointers,
  type Access,
} from './expression-code.ts';
import { stepsOf, type Steps } from './expression-steps.ts';
import { stretches } from './stretches.ts';
import { FLOAT, LANES, storeVector } from './vector-access.ts';
import {
  sampleAddress,
  spanOf,
  type Call,
  type SampleWork,
  type Span,
  type UnitWork,
} from './work.ts';

/** What an emitted function receives addresses of. */
type Parameters = readonly { readonly access: Access; readonly span: Span }[];

/** How many places a call works on. */
interface Extent {
  readonly samples: number;
  /** Of each sample. */
  readonly rows: number;
  readonly channels: number;
}

/** What an emitted function reads, computes and writes. */
interface Plan {
  readonly steps: Steps;
  readonly accesses: readonly Access[];
  /** For each output, the operand that it takes the place of; or −1. */
  readonly replaces: readonly number[];
}

const keyOf = (plan: Plan, { samples, rows, channels }: Extent): string =>
  `${plan.steps.key}; ${plan.accesses.join(' ')}; ${plan.replaces.join(' ')}; ${samples} ${rows} ${channels}`;

/** What is repeated nowhere, or everywhere, can be walked as one long row. */
const isFlat = (accesses: readonly Access[]): boolean =>
  accesses.every((access) => access === 'element' || access === 'single');

/** Emits the function `(operand 0, operand 1, …, output 0, …)`, without outputs that replace operands. */
function emitElementwise(code: Code, plan: Plan, { samples, rows, channels }: Extent): void {
  const { steps, accesses, replaces } = plan;
  const pointers = new OperandPointers(code, accesses, channels);
  const constants = emitConstants(code, steps);
  const ownOutputs = code.parameters.slice(accesses.length);
  let next = 0;
  const outputs = replaces.map((operand) =>
    operand < 0 ? ownOutputs[next++]! : code.parameters[operand]!,
  );
  code.repeat(samples, () => {
    code.repeat(rows, () => {
      pointers.beginRow();
      forRow(
        code,
        channels,
        (offset, width) => {
          const values = emitSteps(code, steps, constants, pointers.loader(offset, width));
          for (const [i, value] of values.entries()) {
            storeVector(code, outputs[i]!, offset * FLOAT, width, value);
          }
        },
        (floats) => {
          pointers.advance(floats);
          for (const output of ownOutputs) code.advance(output, floats * FLOAT);
        },
      );
    });
    pointers.endSample();
  });
}

/** Rows that a sum over each is formed for by the function `(operand 0, …, sums 0, …)`. */
function emitRowSums(code: Code, plan: Plan, { rows, channels }: Extent): void {
  const { steps, accesses } = plan;
  const pointers = new OperandPointers(code, accesses, channels);
  const constants = emitConstants(code, steps);
  const outputs = code.parameters.slice(accesses.length);
  code.repeat(rows, () => {
    pointers.beginRow();
    const sums = outputs.map(() => keep(code, () => code.splat(0)));
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
    );
    for (const [i, sum] of sums.entries()) {
      emitSumOfLanes(code, sum);
      storeVector(code, outputs[i]!, 0, 1, sum);
      code.advance(outputs[i]!, FLOAT);
    }
  });
}

/** A mask of the first `width` lanes. */
const lanesBelow = (width: number): [number, number, number, number] =>
  [0, 1, 2, 3].map((lane) => (lane < width ? -1 : 0)) as [number, number, number, number];

/** Where samples, or rows, from `first` on begin in each operand. */
export function addressesAt(operands: Parameters, count: number, first: number): number[] {
  return operands.map(({ access, span }) =>
    access === 'single' || access === 'channel' ? span.address : sampleAddress(span, count, first),
  );
}

/** Operands as code reads them: where two ways to repeat are the same, the simpler one. */
export const simplified = (operands: readonly Operand[], shape: Shape): Parameters =>
  operands.map((operand) => {
    const [access, { data }] = [accessOf(operand), tensorOf(operand)];
    const span = spanOf(data);
    const repeatsOne = data.length === 1 && (access === 'channel' || access === 'row');
    if (repeatsOne) return { access: 'single', span };
    return { access: access === 'channel' && shape.length === 1 ? 'element' : access, span };
  });

/** {@link Kernels.elementwise} over activations, or over weights. */
export function elementwiseWork(
  expressions: readonly Expression[],
  operands: readonly Operand[],
  outputs: readonly Tensor[],
  over: 'samples' | 'weights',
): SampleWork | UnitWork {
  const shape = checkElementwise(expressions, operands, outputs);
  const inputs = simplified(operands, shape);
  const tensors = operands.map(tensorOf);
  const accesses = inputs.map(({ access }) => access);
  const replaces = outputs.map(({ data }) =>
    tensors.findIndex((tensor, i) => accesses[i] === 'element' && tensor.data === data),
  );
  const plan = { steps: stepsOf(expressions), accesses, replaces };
  const results = outputs.map(({ data }) => ({ access: 'element', span: spanOf(data) }) as const);
  const parameters = [...inputs, ...results.filter((_, i) => replaces[i]! < 0)];
  const callOn = (extent: Extent, values: readonly number[]): Call => ({
    key: `elementwise ${keyOf(plan, extent)}`,
    emit: (code) => {
      emitElementwise(code, plan, extent);
    },
    values,
  });
  const touches = {
    name: 'elementwise',
    reads: inputs.map(({ span }) => span),
    writes: results.map(({ span }) => span),
  };
  if (over === 'weights') return { ...touches, ...overWeights(shape, parameters, callOn) };
  return { ...touches, ...overSamples(shape, parameters, callOn) };
}

type CallOn = (extent: Extent, values: readonly number[]) => Call;

function overSamples(
  shape: Shape,
  parameters: Parameters,
  callOn: CallOn,
): Pick<SampleWork, 'kind' | 'samples' | 'calls' | 'parts'> {
  const samples = shape[0] ?? 1;
  const channels = shape.at(-1) ?? 1;
  const accesses = parameters.map(({ access }) => access);
  const sampleSize = sizeOf(shape.slice(1));
  const rows = sampleSize / channels;
  const hasOwnChannels = accesses.includes('imageChannel');
  const extentOf = (count: number): Extent => {
    if (isFlat(accesses)) return { samples: 1, rows: 1, channels: sampleSize * count };
    if (!hasOwnChannels) return { samples: 1, rows: rows * count, channels };
    return { samples: count, rows, channels };
  };
  return {
    kind: 'samples',
    samples,
    calls: (first, count) => [callOn(extentOf(count), addressesAt(parameters, samples, first))],
    ...(samples === 1 &&
      !hasOwnChannels &&
      rows > 1 && {
        parts: {
          count: rows,
          calls: (first, count) => [
            callOn({ samples: 1, rows: count, channels }, addressesAt(parameters, rows, first)),
          ],
        },
      }),
  };
}

function overWeights(
  shape: Shape,
  parameters: Parameters,
  callOn: CallOn,
): Pick<UnitWork, 'kind' | 'pieces'> {
  const accesses = parameters.map(({ access }) => access);
  const [size, channels] = [sizeOf(shape), shape.at(-1) ?? 1];
  if (isFlat(accesses)) {
    return {
      kind: 'units',
      pieces: (most) =>
        divided(size, most).map(({ first, count }) => [
          callOn({ samples: 1, rows: 1, channels: count }, addressesAt(parameters, size, first)),
        ]),
    };
  }
  const samples = accesses.includes('imageChannel') ? shape[0]! : 1;
  const rows = size / channels / samples;
  return {
    kind: 'units',
    pieces: (most) =>
      stretches(rows, samples === 1 ? Math.min(most, divided(size, most).length) : 1).map(
        ({ first, count }) => [
          callOn({ samples, rows: count, channels }, addressesAt(parameters, rows, first)),
        ],
      ),
  };
}

/** {@link Kernels.rowSums}. */
export function rowSumsWork(
  expressions: readonly Expression[],
  operands: readonly Operand[],
  sums: readonly Tensor[],
): SampleWork {
  const shape = checkRowSums(expressions, operands, sums);
  const inputs = simplified(operands, shape);
  const outputs = sums.map(({ data }) => ({ access: 'row', span: spanOf(data) }) as const);
  const parameters = [...inputs, ...outputs];
  const plan: Plan = {
    steps: stepsOf(expressions),
    accesses: inputs.map(({ access }) => access),
    replaces: [],
  };
  const samples = shape[0]!;
  const channels = shape.at(-1)!;
  const rows = shape.length > 1 ? sizeOf(shape) / samples / channels : 1;
  const callsOn = (of: number, first: number, count: number, each: number): Call[] => {
    const extent = { samples: 1, rows: count * each, channels };
    return [
      {
        key: `rowSums ${keyOf(plan, extent)}`,
        emit: (code: Code) => {
          emitRowSums(code, plan, extent);
        },
        values: addressesAt(parameters, of, first),
      },
    ];
  };
  return {
    kind: 'samples',
    name: 'rowSums',
    samples,
    reads: inputs.map(({ span }) => span),
    writes: outputs.map(({ span }) => span),
    calls: (first, count) => callsOn(samples, first, count, rows),
    ...(samples === 1 &&
      rows > 1 && {
        parts: { count: rows, calls: (first, count) => callsOn(rows, first, count, 1) },
      }),
  };
}
