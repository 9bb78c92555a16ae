/**
 * The gradient of a convolution's filter, which the wasm backend of TensorFlow.js lacks, out of
 * kernels that it has. The gradient is a convolution itself, with samples and channels swapped:
 * dFilter[r, s, c, k] = Σ x[n, p + r, q + s, c] · dy[n, p, q, k] takes x as [C, H, W, N], and dy as
 * a filter [P, Q, N, K]; its output [C, R, S, K] is transposed to [R, S, C, K]. So the work is done
 * by XNNPACK. Valid and same padding; strides of 1, which is what the workloads have.
 */
import {
  backend_util,
  Conv2D,
  Conv2DBackpropFilter,
  registerKernel,
  Transpose,
  type Conv2DBackpropFilterAttrs,
  type KernelBackend,
  type KernelConfig,
  type KernelFunc,
  type NamedAttrMap,
  type Tensor4D,
  type TensorInfo,
} from '@tensorflow/tfjs';

type FindKernel = (name: string, backend: string) => KernelConfig | undefined;

/** Registers the kernel; `findKernel` is `getKernel` of tfjs-core. */
export function registerFilterGradient(findKernel: FindKernel): void {
  const run = (
    name: string,
    kernelBackend: unknown,
    inputs: Record<string, TensorInfo>,
    attrs: object,
  ) =>
    findKernel(name, 'wasm')!.kernelFunc({
      inputs,
      attrs: attrs as NamedAttrMap,
      backend: kernelBackend as KernelBackend,
    }) as TensorInfo;

  const filterGradient: KernelFunc = ({ inputs, attrs, backend }) => {
    const { x, dy } = inputs as { x: Tensor4D; dy: TensorInfo };
    const { strides, pad, dimRoundingMode, filterShape } =
      attrs as unknown as Conv2DBackpropFilterAttrs;
    const { strideHeight, strideWidth, padInfo } = backend_util.computeConv2DInfo(
      x.shape,
      filterShape,
      strides,
      1,
      pad,
      dimRoundingMode,
    );
    if (strideHeight !== 1 || strideWidth !== 1) {
      throw new Error(`filter gradient: expected strides of 1; received ${String(strides)}.`);
    }
    const { top, bottom, left, right } = padInfo;
    const explicitPad = [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ];
    const transpose = (tensor: TensorInfo, perm: readonly number[]): TensorInfo =>
      run(Transpose, backend, { x: tensor }, { perm });
    const samplesInward = transpose(x, [3, 1, 2, 0]);
    const asFilter = transpose(dy, [1, 2, 0, 3]);
    const gradient = run(
      Conv2D,
      backend,
      { x: samplesInward, filter: asFilter },
      { strides: [1, 1], dilations: [1, 1], pad: explicitPad, dataFormat: 'NHWC' },
    );
    const result = transpose(gradient, [1, 2, 0, 3]);
    for (const { dataId } of [samplesInward, asFilter, gradient]) {
      (backend as KernelBackend).disposeData(dataId);
    }
    return result;
  };

  registerKernel({
    kernelName: Conv2DBackpropFilter,
    backendName: 'wasm',
    kernelFunc: filterGradient,
  });
}
