/** A copy of all that layers change on their own in a training step, such as running statistics. */
import type { Layer } from '../layers/layer.ts';

/** See the top of this file. */
export interface Snapshot {
  /** Puts back the layers' state, such as running means. */
  restoreState(): void;
  /** Puts back their random streams, so that dropout draws the same masks again. */
  restoreRandom(): void;
}

/** Copies the state and the random streams of `layers`. */
export function takeSnapshot(layers: readonly Layer[]): Snapshot {
  const states = layers.flatMap(({ state }) =>
    state.map(({ value }) => ({ value, data: value.data.slice() })),
  );
  const streams = layers.map(({ random }) => ({ random, state: random.state }));
  return {
    restoreState() {
      for (const { value, data } of states) value.data.set(data);
    },
    restoreRandom() {
      for (const { random, state } of streams) random.state = state;
    },
  };
}
