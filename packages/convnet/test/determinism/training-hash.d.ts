import type * as convnet from '../../src/index.ts';

/** See `training-hash.js`. */
export function trainingHash(
  library: typeof convnet,
  settings: { readonly backend: convnet.Backend; readonly threads: number },
): Promise<{ readonly hash: string; readonly threads: number }>;
