/** Targets that are a row of numbers for each sample, `[N, K]`. */
import { formatShape, Tensor } from '@convnet/tensor';
import { TargetError, type PreparedTargets } from './loss.ts';

/** Rows, and how they are looked at. */
export interface TensorTargets extends Pick<PreparedTargets, 'judges' | 'labels' | 'classCount'> {
  /** The targets of all samples, `[N, K]`. */
  readonly targets: Tensor;
  /** The output that the network should give for a target. */
  readonly map?: ((target: number) => number) | undefined;
}

/** Prepared targets of which batches of rows are picked. */
export function tensorTargets({ targets, map, ...judged }: TensorTargets): PreparedTargets {
  const [count, width] = targets.shape as readonly [number, number];
  return {
    ...judged,
    count,
    makeRoom: (workspace, samples) => workspace.tensor('targets', samples, [width]),
    pick(indices, room) {
      const { data } = room as Tensor;
      for (let i = 0; i < indices.length; i++) {
        const from = indices[i]! * width;
        const row = targets.data.subarray(from, from + width);
        data.set(map ? row.map(map) : row, i * width);
      }
    },
  };
}

/** @throws TargetError unless `targets` are `[N, width]`. */
export function checkWidth(targets: Tensor, width: number, loss: string): void {
  if (targets.shape.length === 2 && targets.shape[1] === width) return;
  throw new TargetError(
    `${loss}: expected targets [N, ${width}], one column for each output of the network; received ${formatShape(targets.shape)}.`,
  );
}
