/** What layers change themselves while they compute in training, such as running means. */
import type { BaseLayer } from '../layers/layer.ts';

/** Copies the layers' state; the function that is returned puts it back. */
export function keepState(layers: readonly BaseLayer[]): () => void {
  const kept = layers.flatMap(({ state }) =>
    state.map(({ value }) => ({ value, data: value.data.slice() })),
  );
  return () => {
    for (const { value, data } of kept) value.data.set(data);
  };
}
