/** Numbers that are not finite in a page, on every rung that it has; `in-chromium.test.ts` bundles it. */
import { createKernels } from '../src/index.ts';
import { cases, operations, unlikeInExpressions, unlikeReference } from './not-finite.ts';

const kernels = [createKernels('simd'), createKernels('relaxed')];
const failures = kernels.flatMap((rung) => [
  ...cases.flatMap((each) => each.reads.flatMap((_, i) => [...unlikeReference(each, i, rung)])),
  ...Object.keys(operations).flatMap((name) => unlikeInExpressions(name, rung)),
]);
document.title = JSON.stringify({
  rungs: kernels.map(({ name }) => name),
  failures: failures.slice(0, 20),
});
