/** ReLU and its gradient, as the layer computes them: expressions that other work can finish with. */
import { math, type Kernels, type InferenceKernels, type Tensor } from '../src/index.ts';

/** `output = max(0, input)` */
export function relu(kernels: InferenceKernels, input: Tensor, output: Tensor): void {
  kernels.elementwise({ x: input }, ({ x }) => ({ output: math.selectGreater(0, x, 0, x) }), {
    output,
  });
}

/** `dInput = dOutput` where `output > 0`, else 0. */
export function reluGradient(
  kernels: Kernels,
  output: Tensor,
  dOutput: Tensor,
  dInput: Tensor,
): void {
  kernels.elementwise(
    { y: output, dOutput },
    (of) => ({ dInput: math.selectGreater(of.y, 0, of.dOutput, 0) }),
    { dInput },
  );
}
