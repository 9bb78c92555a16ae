/** Windows that slide over images: what convolution and its gradients have in common. */
import type { Shape } from '../../shape.ts';
import type { Tensor } from '../../tensor.ts';
import { coveredByWindows, type WindowGeometry } from '../../window-geometry.ts';
import { columnGroups, type Finish } from '../emit/contraction.ts';
import type { Engine } from '../run/engine.ts';
import { emitStridedCopy, type CopyLoop } from '../emit/strided-copy.ts';
import { FLOAT } from '../emit/vector-access.ts';
import {
  sampleAddress,
  spanOf,
  type Call,
  type MaxPooling,
  type SampleWork,
  type Span,
  type UnitWork,
} from '../run/work.ts';

/** The padded input that a window slides over: `[N, height, width, channels]`. */
export interface Field {
  readonly span: Span;
  readonly height: number;
  readonly width: number;
  /** The work that fills it, before it can be read. */
  readonly work: readonly SampleWork[];
}

/** Whether no window reaches beyond the input. */
export function staysInside(g: WindowGeometry): boolean {
  const { height, width } = coveredByWindows(g);
  return g.padTop === 0 && g.padLeft === 0 && height <= g.inputHeight && width <= g.inputWidth;
}

/** A call of a strided copy. */
export function copyCall(loops: readonly CopyLoop[], from: number, to: number): Call {
  return {
    key: `copy ${JSON.stringify(loops)}`,
    emit: (code) => {
      emitStridedCopy(code, loops);
    },
    values: [from, to],
  };
}

/** The size of the input with the padding that windows reach, and the loops of its interior. */
export function paddedLayout(
  g: WindowGeometry,
  C: number,
): {
  readonly height: number;
  readonly width: number;
  /** Where the input begins, in elements. */
  readonly offset: number;
  /** From input to field. */
  readonly loops: readonly CopyLoop[];
} {
  const { inputHeight: H, inputWidth: W } = g;
  const { height, width } = coveredByWindows(g);
  const rows = Math.min(H, height - g.padTop);
  const columns = Math.min(W, width - g.padLeft);
  return {
    height,
    width,
    offset: (g.padTop * width + g.padLeft) * C,
    loops: [
      { count: rows, from: W * C, to: width * C },
      { count: columns * C, from: 1, to: 1 },
    ],
  };
}

/** The input with its padding around it; the input itself if there is none. */
export function padded(engine: Engine, input: Tensor, g: WindowGeometry): Field {
  const [N, H, W, C] = input.shape as [number, number, number, number];
  const from = spanOf(input.data);
  if (staysInside(g)) return { span: from, height: H, width: W, work: [] };
  const { height, width, offset, loops } = paddedLayout(g, C);
  const span = engine.scratch(`padded ${C} ${JSON.stringify(g)}`, N * height * width * C);
  const perSample = (whole: Span): number => whole.bytes / N / FLOAT;
  const work: SampleWork = {
    kind: 'samples',
    name: 'padding',
    samples: N,
    reads: [from],
    writes: [span],
    calls: (first, count) => [
      copyCall(
        [{ count, from: perSample(from), to: perSample(span) }, ...loops],
        sampleAddress(from, N, first),
        sampleAddress(span, N, first) + offset * FLOAT,
      ),
    ],
  };
  return { span, height, width, work: [work] };
}

/** Kernels of more numbers than this are packed, if enough samples share the work. */
const LARGEST_UNPACKED = 1024;
const FEWEST_SAMPLES_TO_PACK_FOR = 4;

/** A kernel as the rows of a matrix, `[R·S·C, K]`, and how it is made so. */
export interface KernelMatrix {
  readonly address: number;
  readonly isPacked: boolean;
  readonly span: Span;
  readonly work: readonly UnitWork[];
}

/** The kernel, its columns packed where that pays; never that of a convolution in `groups`. */
export function kernelMatrix(
  engine: Engine,
  kernel: Tensor,
  samples: number,
  groups: number,
): KernelMatrix {
  const K = kernel.shape[3]!;
  const from = spanOf(kernel.data);
  const isSmall = kernel.size <= LARGEST_UNPACKED || samples < FEWEST_SAMPLES_TO_PACK_FOR;
  if (isSmall || groups > 1) {
    return { address: from.address, span: from, isPacked: false, work: [] };
  }
  const rows = kernel.size / K;
  return packed(engine, from, `packed ${kernel.shape.join()}`, kernel.size, K, (group) => ({
    offset: group.first,
    loops: [
      { count: rows, from: K, to: group.width },
      { count: group.width, from: 1, to: 1 },
    ],
  }));
}

/**
 * The part of the kernel that belongs to a group of filters, with filters and channels swapped:
 * `[R·S·K/G, C/G]`, packed.
 */
export function swappedKernelMatrix(
  engine: Engine,
  kernel: Tensor,
  group: number,
  groups: number,
): KernelMatrix {
  const [R, S, C, allK] = kernel.shape as [number, number, number, number];
  const K = allK / groups;
  const key = `swapped ${kernel.shape.join()} ${group}/${groups}`;
  return packed(engine, spanOf(kernel.data), key, kernel.size / groups, C, ({ first, width }) => ({
    offset: first * allK + group * K,
    loops: [
      { count: R * S, from: C * allK, to: K * width },
      { count: width, from: allK, to: 1 },
      { count: K, from: 1, to: width },
    ],
  }));
}

/** Copies each group of columns to a place of its own. */
function packed(
  engine: Engine,
  from: Span,
  key: string,
  size: number,
  columns: number,
  copyOf: (group: { readonly first: number; readonly width: number }) => {
    readonly offset: number;
    readonly loops: readonly CopyLoop[];
  },
): KernelMatrix {
  const span = engine.scratch(key, size);
  const groups = columnGroups(columns);
  const work: UnitWork = {
    kind: 'units',
    name: 'packing',
    reads: [from],
    writes: [span],
    isPreparation: true,
    pieces: () => [
      groups.map((group) => {
        const { offset, loops } = copyOf(group);
        const to = (size / columns) * group.first;
        return copyCall(loops, from.address + offset * FLOAT, span.address + to * FLOAT);
      }),
    ],
  };
  return { address: span.address, span, isPacked: true, work: [work] };
}

/** A kernel, the field it slides over, and its output. */
export interface Slide {
  readonly field: Field;
  readonly kernel: KernelMatrix;
  /** `[R, S, C/G, K]`. */
  readonly kernelShape: Shape;
  /** G. */
  readonly groups: number;
  readonly bias?: Span | undefined;
  /** `[N, P, Q, K]`. */
  readonly outputShape: Shape;
  readonly output: Span;
  readonly geometry: WindowGeometry;
  readonly finish?: Finish;
  readonly gate?: Span;
  readonly pooledSlide?: PooledSlide | undefined;
}

/** A slide whose result is only pooled, as one work; none for poolings that it cannot do. */
export type PooledSlide = (
  engine: Engine,
  spec: Slide,
  pooling: MaxPooling,
) => SampleWork | undefined;
