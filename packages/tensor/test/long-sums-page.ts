/** Sums of up to 10,000 terms in a page, on every rung that it has; `in-chromium.test.ts` bundles it. */
import { createKernels } from '../src/index.ts';
import { inexactSums, longSums } from './long-sums.ts';

const kernels = [createKernels('reference'), createKernels('simd'), createKernels('relaxed')];
const failures = kernels.flatMap((each) =>
  longSums.flatMap((sum) =>
    [1e3, 1e4].flatMap((length) =>
      inexactSums(sum, each, length).map((failure) => `${each.name}: ${failure}`),
    ),
  ),
);
document.title = JSON.stringify({ rungs: kernels.map(({ name }) => name), failures });
