/**
 * `@convnet/tensor/inference`: the same as `@convnet/tensor`, but for what only training or seldom a
 * network needs, and without kernels, so that a page which predicts loads less.
 *
 * @module @convnet/tensor/inference
 */
export { BackendError, type Backend, type KernelOptions } from '../backend.ts';
export { disposeKernels, kernelsLike } from '../kernel-life.ts';
export type { DType, FloatArray } from '../dtype.ts';
export { allocate, dtypeOf } from '../dtype.ts';
export { asBytes } from '../bytes.ts';
export { crc32 } from '../crc32.ts';
export {
  ConvnetError,
  HelperThreadError,
  isConvnetError,
  isErrorNamed,
  OptionError,
  ShapeError,
  StateError,
  type ErrorCode,
} from '../errors.ts';
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
} from '../options.ts';
export type {
  Arithmetic,
  BinaryOperation,
  Expression,
  Term,
  UnaryOperation,
} from '../expression.ts';
export type { Operands, Outputs, Results, Values } from '../expression-call.ts';
export type {
  ElementwiseOptions,
  ImageOffset,
  InferenceKernels,
  Kernels,
  MatMul,
  Program,
} from '../kernels.ts';
export type { Operand, RepeatedTensor, Repetition } from '../operands.ts';
export { operand, selectGreater } from '../expression.ts';
export { printable } from '../printable.ts';
export type { Random, RandomState, RandomStreams } from '../random.ts';
export {
  checkShape,
  formatShape,
  isListOfSizes,
  sameShape,
  sizeOf,
  stridesOf,
  type Shape,
} from '../shape.ts';
export { isTensor, Tensor, type NestedNumbers } from '../tensor.ts';
export {
  coveredByWindows,
  windowGeometry,
  type Padding,
  type WindowGeometry,
  type WindowOptions,
} from '../window-geometry.ts';
