/** Expressions as work: how code that is emitted for them walks over operands and outputs. */
import type { Expression } from '../../expression.ts';
import { accessOf, tensorOf, type Operand } from '../../operands.ts';
import { sizeOf, type Shape } from '../../shape.ts';
import type { Code } from '../emit/code.ts';
import { emitConstants, emitSteps, OperandPointers, type Access } from '../emit/expression-code.ts';
import { stepsOf, type Steps } from '../emit/expression-steps.ts';
import { forRow } from '../emit/for-row.ts';
import { LINE, stretches, type Stretch } from './stretches.ts';
import { FLOAT, storeVector } from '../emit/vector-access.ts';
import {
  sampleAddress,
  spanOf,
  type Call,
  type SampleWork,
  type Span,
  type UnitWork,
} from './work.ts';

/** The tensors whose addresses an emitted function receives. */
type Parameters = readonly { readonly access: Access; readonly span: Span }[];

/** How many places a call works on. */
interface Extent {
  readonly samples: number;
  /** Of each sample. */
  readonly rows: number;
  readonly channels: number;
}

/** The inputs, the computation and the outputs of an emitted function. */
interface Plan {
  readonly steps: Steps;
  readonly accesses: readonly Access[];
  /** For each output, the operand that it takes the place of; or −1. */
  readonly replaces: readonly number[];
}

const keyOf = (plan: Plan, { samples, rows, channels }: Extent): string =>
  `${plan.steps.key}; ${plan.accesses.join(' ')}; ${plan.replaces.join(' ')}; ${samples} ${rows} ${channels}`;

/** Operands that are repeated nowhere, or everywhere, can be walked as one long row. */
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

/** How the places of the outputs are walked. */
type CallOn = (extent: Extent, values: readonly number[]) => Call;

/** The calls of an elementwise kernel, and the parameters whose addresses they receive. */
export function planned(
  expressions: readonly Expression[],
  inputs: Parameters,
  outputs: readonly Span[],
): { readonly parameters: Parameters; readonly callOn: CallOn } {
  const accesses = inputs.map(({ access }) => access);
  const replaces = outputs.map(({ address }) =>
    inputs.findIndex(({ access, span }) => access === 'element' && span.address === address),
  );
  const plan = { steps: stepsOf(expressions), accesses, replaces };
  const own = outputs
    .filter((_, i) => replaces[i]! < 0)
    .map((span) => ({ access: 'element', span }) as const);
  return {
    parameters: [...inputs, ...own],
    callOn: (extent, values) => ({
      key: `elementwise ${keyOf(plan, extent)}`,
      emit: (code) => {
        emitElementwise(code, plan, extent);
      },
      values,
    }),
  };
}

/** Expressions on memory: `length` numbers of each input and output. */
export function elementwiseOnSpans(
  expressions: readonly Expression[],
  inputs: readonly Span[],
  outputs: readonly Span[],
  length: number,
): Pick<UnitWork, 'pieces'> {
  const elements = inputs.map((span) => ({ access: 'element', span }) as const);
  const { parameters, callOn } = planned(expressions, elements, outputs);
  return overWeights([length], parameters, callOn);
}

export function overSamples(
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

/** Fewer numbers than this are not divided. */
const SMALLEST_DIVIDED = 2048;

const divided = (size: number, most: number): Stretch[] =>
  stretches(size, size < SMALLEST_DIVIDED ? 1 : most, LINE);

export function overWeights(
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
