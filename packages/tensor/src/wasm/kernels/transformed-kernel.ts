/** Kernels of convolutions by tiles, made of what layers have, and kept until that changes. */
import { columnGroups } from '../emit/contraction.ts';
import { FLOAT } from '../emit/vector-access.ts';
import {
  emitKernelTransform,
  transformedSizes,
  type KernelGroup,
  type KernelSteps,
} from '../emit/winograd/kernel.ts';
import type { Engine } from '../run/engine.ts';
import { stretches } from '../run/stretches.ts';
import type { Call, Span, UnitWork } from '../run/work.ts';

/** A kernel as it is before it is transformed: as C × K matrices, one for each tap. */
export interface TappedKernel {
  readonly span: Span;
  /** C and K. */
  readonly channels: number;
  readonly filters: number;
  readonly steps: KernelSteps;
  readonly isFlipped: boolean;
  /** What the transformed kernel is kept under. */
  readonly key: string;
}

/** A transformed kernel: its groups of filters, one after the other. */
export interface TransformedKernel {
  readonly span: Span;
  readonly work: UnitWork;
}

/** Transforms a kernel, if it has changed since it was transformed last. */
export function transformedKernel(engine: Engine, kernel: TappedKernel): TransformedKernel {
  const { channels, filters, steps, isFlipped } = kernel;
  const sizes = transformedSizes({ channels, width: filters });
  const kept = engine.scratch(`transformed ${kernel.key}`, sizes.all);
  const span = { address: kept.address, bytes: sizes.points * FLOAT };
  const callOf = ({ first, width, vectors }: ReturnType<typeof columnGroups>[number]): Call => {
    const group: KernelGroup = { channels, vectors, width, steps, isFlipped };
    const before = transformedSizes({ channels, width: first });
    return {
      key: `transform ${JSON.stringify(group)}`,
      emit: (code) => {
        emitKernelTransform(code, group, engine.multiplyAdd);
      },
      values: [
        kernel.span.address + first * steps.filter * FLOAT,
        kept.address + before.points * FLOAT,
        kept.address + (sizes.points + before.taps) * FLOAT,
      ],
    };
  };
  const groups = columnGroups(filters);
  const work: UnitWork = {
    kind: 'units',
    name: 'kernelTransform',
    reads: [kernel.span],
    writes: [kept],
    isPreparation: true,
    pieces: (most) =>
      stretches(groups.length, most).map(({ first, count }) =>
        groups.slice(first, first + count).map(callOf),
      ),
  };
  return { span, work };
}
