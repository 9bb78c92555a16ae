/**
 * `@convnet/convnet`: convolutional networks from scratch. Runs in Node and in browsers; what
 * touches files is in `@convnet/convnet/node`, the gradient check in `@convnet/convnet/testing`, the
 * way to ONNX runtimes in `@convnet/convnet/onnx`; `@convnet/convnet/inference` predicts, and is
 * smaller.
 *
 * @module @convnet/convnet
 */

// Models
export { decodeModel, type TrainableDecodeOptions } from './model/decode-model.ts';
export { functional, Model, type FunctionalOptions } from './model/model.ts';
export { sequential, Sequential, type SequentialOptions } from './model/sequential.ts';
export type { Graph, GraphNode } from './network/graph.ts';
export {
  InferenceModel,
  type PredictAsyncOptions,
  type PredictOptions,
} from './network/inference-model.ts';
export type { ModelInfo, Preprocessing } from './network/model-info.ts';
export type {
  FunctionalConfig,
  NetworkConfig,
  NodeConfig,
  SequentialConfig,
} from './network/network-config.ts';
export { TrainableNetwork, type TrainableOptions } from './network/trainable-network.ts';
export { createPreset, presets } from './presets/index.ts';
export type { Preset, PresetName, PresetOptions, TrainingSettings } from './presets/index.ts';

// Layers
export type {
  Fans,
  Initializer,
  InitializerName,
  InitializerOption,
} from './initializer-option.ts';
export type { ActivationName } from './layers/activation-option.ts';
export type { ActivationOptions } from './layers/activation.ts';
export { averagePooling2d, type AveragePooling2dOptions } from './layers/average-pooling2d.ts';
export {
  batchNormalization,
  type BatchNormalizationOptions,
} from './layers/batch-normalization.ts';
export { concatenate, type ConcatenateOptions } from './layers/concatenate.ts';
export { conv2d, type Conv2dOptions } from './layers/conv2d.ts';
export type { ConvolutionOptions } from './layers/convolution.ts';
export { dense, type DenseOptions } from './layers/dense.ts';
export { depthwiseConv2d, type DepthwiseConv2dOptions } from './layers/depthwise-conv2d.ts';
export { dropout, type DropoutOptions } from './layers/dropout.ts';
export { elu, type EluOptions } from './layers/elu.ts';
export { flatten } from './layers/flatten.ts';
export { gelu, type GeluOptions } from './layers/gelu.ts';
export { globalAveragePooling2d } from './layers/global-average-pooling2d.ts';
export { globalMaxPooling2d } from './layers/global-max-pooling2d.ts';
export { hardSwish } from './layers/hard-swish.ts';
export { layers } from './layers/index.ts';
export type { InputOptions } from './layers/input.ts';
export {
  layerNormalization,
  type LayerNormalizationOptions,
} from './layers/layer-normalization.ts';
export { leakyRelu, type LeakyReluOptions } from './layers/leaky-relu.ts';
export { maxPooling2d, type MaxPooling2dOptions } from './layers/max-pooling2d.ts';
export type { GlobalPooling2dOptions } from './layers/global-pooling.ts';
export { relu } from './layers/relu.ts';
export { reshape, type ReshapeOptions } from './layers/reshape.ts';
export { separableConv2d, type SeparableConv2dOptions } from './layers/separable-conv2d.ts';
export { sigmoid } from './layers/sigmoid.ts';
export { silu } from './layers/silu.ts';
export { softmax } from './layers/softmax.ts';
export { spatialDropout2d } from './layers/spatial-dropout2d.ts';
export { tanh } from './layers/tanh.ts';
export type { BiasOptions } from './layers/weight-options.ts';
export {
  zeroPadding2d,
  type ImagePadding,
  type ZeroPadding2dOptions,
} from './layers/zero-padding2d.ts';
export { l1, l1l2, l2, type Regularizer } from './regularizers.ts';

// Layers of your own
export type {
  Parameter,
  ParameterRequest,
  StateRequest,
  StoredLayout,
  StoredTensor,
} from './layers/layer-tensors.ts';
export { Layer, SymbolicTensor } from './layers/layer.ts';
export type { BuildContext, LayerConfig } from './layers/layer.ts';
export type { TensorContext } from './layers/tensors-of-layer.ts';
export { MergeLayer } from './layers/merge-layer.ts';
export type { LayerKind } from './layers/registry.ts';
export type { Signal } from './layers/signal.ts';
export {
  booleanOption,
  checkOptions,
  choiceOption,
  functionOption,
  integerOption,
  type NamesOf,
  type NumberLimits,
  numberOption,
  objectOption,
  positiveInteger,
  textOption,
} from '@convnet/tensor';

// Losses
export { binaryCrossentropy } from './losses/binary-crossentropy.ts';
export { categoricalCrossentropy } from './losses/categorical-crossentropy.ts';
export { huber, type HuberOptions } from './losses/huber.ts';
export {
  TargetError,
  type Labels,
  type BatchTargets,
  type CrossentropyOptions,
  type Loss,
  type PreparedTargets,
  type Targets,
} from './losses/loss.ts';
export { meanAbsoluteError } from './losses/mean-absolute-error.ts';
export { meanSquaredError } from './losses/mean-squared-error.ts';
export { outputLoss, type OutputLossOptions, type OutputLossTerms } from './losses/output-loss.ts';
export { sparseCategoricalCrossentropy } from './losses/sparse-categorical-crossentropy.ts';

// Optimizers and learning rates
export { adam, adamW, type AdamOptions } from './optimizers/adam.ts';
export {
  Optimizer,
  type LearningRate,
  type OptimizerOptions,
  type Update,
  type UpdateTerms,
} from './optimizers/optimizer.ts';
export { rmsprop, type RmspropOptions } from './optimizers/rmsprop.ts';
export {
  cosineDecay,
  exponentialDecay,
  oneCycle,
  piecewiseConstant,
  warmUp,
  type CosineDecayOptions,
  type ExponentialDecayOptions,
  type OneCycleOptions,
  type PiecewiseConstantOptions,
  type Schedule,
  type WarmUpOptions,
} from './optimizers/schedules.ts';
export { sgd, type SgdOptions } from './optimizers/sgd.ts';

// Training
export type { ByteSamples, Reading, Samples, SampleSource } from './samples/samples.ts';
export type { Stream } from './samples/stream.ts';
export { subset } from './samples/subset.ts';
export { CheckpointError } from './training/checkpoint.ts';
export type { CompileOptions } from './training/compile.ts';
export type {
  BatchEvaluateOptions,
  EvaluateOptions,
  Evaluation,
  EvaluationWithMatrix,
} from './training/evaluate.ts';
export type { BatchFitOptions, FitOptions, TrainingOptions } from './training/fit.ts';
export type { History } from './training/history.ts';
export type { BatchStream, LabelledBatch } from './training/labelled-batch.ts';
export { mixup, type MixedBatch, type MixupOptions } from './training/mixup.ts';
export {
  argMax,
  classWeights,
  kFold,
  oneHot,
  trainTestSplit,
  type Fold,
  type KFoldOptions,
  type TrainTestSplitOptions,
} from '@convnet/tensor';
export type { ClassWeights } from './training/sample-weights.ts';

// Callbacks
export type {
  BatchLogs,
  Callback,
  CallbackState,
  EpochLogs,
  NonFinite,
  Training,
  TrainingOutcome,
  TrainingPosition,
} from './training/callbacks.ts';
export {
  earlyStopping,
  type EarlyStopping,
  type EarlyStoppingOptions,
} from './training/callbacks/early-stopping.ts';
export { lambdaCallback, type LambdaHooks } from './training/callbacks/lambda-callback.ts';
export {
  learningRateScheduler,
  reduceLROnPlateau,
  type LearningRateScheduler,
  type ReduceLROnPlateau,
  type ReduceLROnPlateauOptions,
} from './training/callbacks/learning-rate.ts';
export type { MonitorOptions } from './training/callbacks/monitor.ts';
export {
  NonFiniteError,
  terminateOnNaN,
  type TerminateOnNaN,
} from './training/callbacks/terminate-on-nan.ts';

// Metrics
export { accuracy, topKAccuracy, type TopKAccuracyOptions } from './metrics/accuracy.ts';
export {
  ConfusionMatrix,
  confusionMatrix,
  predictedClasses,
  type ClassMetrics,
} from './metrics/confusion-matrix.ts';
export type { ClassifiedBatch, Metric } from './metrics/metric.ts';
export { f1Score, precision, recall, type ClassMetricOptions } from './metrics/precision-recall.ts';

// Files
export type { DecodeOptions } from './files/read-model-file.ts';
export { encodeModel } from './files/encode-model.ts';
export { loadWeights, type LoadWeightsOptions } from './files/load-weights.ts';
export { readSafetensors } from './files/number-formats.ts';
export {
  writeSafetensors,
  type ReadSafetensorsResult,
  type Safetensors,
} from './files/safetensors.ts';

// Tensors and kernels
export {
  type Arithmetic,
  type Backend,
  createKernels,
  type DType,
  type Expression,
  formatShape,
  type InferenceKernels,
  type KernelOptions,
  type Kernels,
  math,
  type Operand,
  type Operands,
  type Outputs,
  perChannel,
  perImageChannel,
  perRow,
  type Program,
  RandomStreams,
  referenceKernels,
  type Results,
  type Shape,
  single,
  Tensor,
  type Term,
  type Values,
} from '@convnet/tensor';

// Errors
export {
  BackendError,
  ConvnetError,
  isConvnetError,
  isErrorNamed,
  type ErrorCode,
  HelperThreadError,
  OptionError,
  printable,
  ShapeError,
  StateError,
} from '@convnet/tensor';
export { ModelFileError } from './files/model-file-error.ts';
