/**
 * `@convnet/tensor`: tensors, shapes, seeded random numbers, and the kernels that networks are
 * computed with. Nothing here depends on a platform.
 *
 * @module @convnet/tensor
 */
export { BackendError, type Backend, type KernelOptions } from './backend.ts';
export {
  createInferenceKernels,
  createKernels,
  disposeKernels,
  kernelsLike,
} from './create-kernels.ts';
export type { DType, FloatArray } from './dtype.ts';
export { allocate, dtypeOf } from './dtype.ts';
export { asBytes } from './bytes.ts';
export { crc32 } from './crc32.ts';
export { fromHalf } from './half.ts';
export {
  ConvnetError,
  HelperThreadError,
  isConvnetError,
  isErrorNamed,
  OptionError,
  ShapeError,
  StateError,
  type ErrorCode,
} from './errors.ts';
export {
  booleanOption,
  checkOptionNames,
  checkOptions,
  choiceOption,
  functionOption,
  integerOption,
  isList,
  kindOf,
  listOption,
  numberOption,
  objectOption,
  positiveInteger,
  shown,
  signalOption,
  textOption,
  type NamesOf,
  type NumberLimits,
} from './options.ts';
export type {
  Arithmetic,
  BinaryOperation,
  Expression,
  Term,
  UnaryOperation,
} from './expression.ts';
export type { Operands, Outputs, Results, Values } from './expression-call.ts';
export type {
  ElementwiseOptions,
  ImageOffset,
  InferenceKernels,
  Kernels,
  MatMul,
  Program,
} from './kernels.ts';
export {
  perChannel,
  perImageChannel,
  perRow,
  single,
  type Operand,
  type RepeatedTensor,
  type Repetition,
} from './operands.ts';
export { operand } from './expression.ts';
export { math } from './math.ts';
export { printable } from './printable.ts';
export { Random, RandomStreams, type RandomState } from './random.ts';
export { referenceKernels } from './reference/index.ts';
export {
  checkShape,
  formatShape,
  isListOfSizes,
  sameShape,
  sizeOf,
  stridesOf,
  type Shape,
} from './shape.ts';
export { isTensor, Tensor, type NestedNumbers } from './tensor.ts';
export {
  coveredByWindows,
  windowGeometry,
  type Padding,
  type WindowGeometry,
  type WindowOptions,
} from './window-geometry.ts';
