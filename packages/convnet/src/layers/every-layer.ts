/** All layers of this library, as files and options name them. */
import { makers } from './index.ts';
import { knownLayers, type KnownLayers } from './registry.ts';

let known: KnownLayers | undefined;

/** All layers of this library. */
export const everyLayer = (): KnownLayers => (known ??= knownLayers(makers));
