/** Arguments that calls take, for the wrong ones to stand among right ones. */
import * as convnet from '@convnet/convnet';
import * as anyInference from '@convnet/convnet/inference/all';
import * as images from '@convnet/mnist-io';
import { createIdxFile } from '@convnet/mnist-io/node';
import { serveModel } from '@convnet/server';
import * as tensor from '@convnet/tensor';

const { dense, layers, softmax } = convnet;

/** `[2, 4]` */
export const x = (): tensor.Tensor =>
  tensor.Tensor.from([
    [1, 2, 3, 4],
    [4, 3, 2, 1],
  ]);
const labels = (): number[] => [0, 1];
const kernels = convnet.referenceKernels;

/** A small network that can be trained. */
export function model(): convnet.Sequential {
  const made = convnet.sequential({
    inputShape: [4],
    layers: [dense({ units: 3 }), softmax()],
    seed: 1,
    kernels,
  });
  made.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  return made;
}

const bytes = convnet.encodeModel(model());
const dataset = (): images.ImageDataset =>
  images.generateDigits({ count: 20, seed: 1, split: 'train' });
const idx = (): images.IdxArray => ({ shape: [2, 2, 2], data: new Uint8Array(8) });
const schedule = { learningRate: 0.1, decaySteps: 10 };
const symbolic = (): convnet.SymbolicTensor => layers.input({ shape: [4] });
const probabilities = (): tensor.Tensor =>
  tensor.Tensor.from([
    [0.5, 0.2, 0.3],
    [0.1, 0.8, 0.1],
  ]);
const seeded = { seed: 1 };
const conv = { filters: 2, kernelSize: 3 };
const picture = (): unknown => ({ width: 8, height: 8, channels: 1, data: new Uint8Array(64) });

const datasetFiles = (): unknown => ({
  ...{ trainImages: 'x-idx3-ubyte', trainLabels: 'x-idx1-ubyte' },
  ...{ testImages: 'x-idx3-ubyte', testLabels: 'x-idx1-ubyte' },
});

/** Arguments by the name of the target, without its module. */
export const recipes: Readonly<Record<string, () => unknown[]>> = {
  // tensor
  createKernels: () => ['reference', { threads: 1 }],
  createInferenceKernels: () => ['reference', { threads: 1 }],
  allocate: () => ['float32', 4],
  asBytes: () => [new Uint8Array(4), 'bytes'],
  numberOption: () => [1, { least: 0 }, 'x'],
  integerOption: () => [1, { least: 0 }, 'x'],
  positiveInteger: () => [1, 'x'],
  booleanOption: () => [true, 'x'],
  choiceOption: () => ['a', ['a', 'b'], 'x'],
  functionOption: () => [() => 1, 'x'],
  listOption: () => [[1], 'x'],
  signalOption: () => [new AbortController().signal, 'x'],
  textOption: () => ['a', 'x'],
  objectOption: () => [{}, 'x'],
  checkOptions: () => [{ a: 1 }, 'a b', 'x'],
  checkOptionNames: () => [{ a: 1 }, ['a', 'b'], 'x'],
  checkShape: () => [[2, 4], 'x'],
  formatShape: () => [[2, 4]],
  sameShape: () => [
    [2, 4],
    [2, 4],
  ],
  sizeOf: () => [[2, 4]],
  stridesOf: () => [[2, 4]],
  windowGeometry: () => [[4, 4, 1], { windowSize: [2, 2], strides: [1, 1], padding: 'valid' }, 'x'],
  'new Tensor': () => [new Float32Array(8), [2, 4]],
  'Tensor.zeros': () => [[2, 4], 'float32'],
  'Tensor.from': () => [[[1, 2]], 'float32'],
  'Tensor#reshape': () => [[4, 2]],
  'Tensor#rows': () => [0, 1],
  'new Random': () => [[1, 2, 3, 4]],
  'new RandomStreams': () => [1],
  'Random#integer': () => [3],
  'Random#uniform': () => [0, 1],
  'Random#normal': () => [0, 1],
  'Random#shuffle': () => [[1, 2, 3]],
  'RandomStreams#stream': () => ['x'],
  drawBeta: () => [new tensor.RandomStreams(1).stream('x'), 0.5, 0.5],
  argMax: () => [x(), 1],
  classWeights: () => [labels(), 3],
  oneHot: () => [labels(), 3],
  trainTestSplit: () => [2, { seed: 1, testSize: 0.5, stratify: labels() }],
  kFold: () => [2, { k: 2, seed: 1, stratify: labels() }],
  stratifiedSplit: () => [labels(), 0.5, new tensor.RandomStreams(1).stream('x')],
  subset: () => [x(), [0, 1]],
  mixup: () => [x(), labels(), { classCount: 3, alpha: 0.2, batchSize: 2, seed: 1 }],
  // layers
  conv2d: () => [conv],
  depthwiseConv2d: () => [{ kernelSize: 3 }],
  separableConv2d: () => [conv],
  dense: () => [{ units: 2 }],
  dropout: () => [{ rate: 0.5 }],
  spatialDropout2d: () => [{ rate: 0.5 }],
  reshape: () => [{ targetShape: [2, 2] }],
  activation: () => [{ activation: 'relu' }],
  input: () => [{ shape: [4] }],
  'Layer#apply': () => [symbolic()],
  'MergeLayer#apply': () => [[symbolic(), symbolic()]],
  'new Layer': () => ['x'],
  // models
  sequential: () => [
    { inputShape: [4], layers: [dense({ units: 3 }), softmax()], seed: 1, kernels },
  ],
  functional: () => {
    const inputs = symbolic();
    return [{ inputs, outputs: dense({ units: 2 }).apply(inputs), kernels }];
  },
  createPreset: () => ['simple', { kernels, seed: 1 }],
  decodeModel: () => [bytes, { kernels }],
  decodeModelAsync: () => [bytes, { kernels }],
  summary: () => [anyInference.decodeModel(bytes), { printFn: () => undefined }],
  encodeModel: () => [model()],
  loadWeights: () => [model(), bytes, { allowMissing: true }],
  readSafetensors: () => [bytes],
  writeSafetensors: () => [{ tensors: new Map([['a', x()]]), metadata: new Map([['b', 'c']]) }],
  'new Model': () => [{ graph: model().graph, name: 'x', kernels }],
  'new Sequential': () => [{ inputShape: [4], layers: [dense({ units: 3 })], kernels }],
  'Model#compile': () => [
    { optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] },
  ],
  'Model#fit': () => [x(), labels(), { epochs: 1, batchSize: 2, validationSplit: 0.5 }],
  'Model#evaluate': () => [x(), labels(), { batchSize: 2 }],
  'Model#trainOnBatch': () => [x(), labels(), {}],
  'Model#predict': () => [x(), { batchSize: 2 }],
  'Model#predictAsync': () => [x(), { batchSize: 2 }],
  'Model#summary': () => [{ printFn: () => undefined }],
  'Model#getLayer': () => ['dense1'],
  'Model#setWeights': () => [model().getWeights()],
  'Model#forward': () => [x(), false],
  // losses, metrics, optimizers
  huber: () => [{ delta: 1 }],
  outputLoss: () => [
    {
      name: 'own',
      value: ({ output }: { output: unknown }) => output,
      slope: ({ output }: { output: unknown }) => output,
    },
  ],
  topKAccuracy: () => [{ k: 1 }],
  confusionMatrix: () => [labels(), probabilities()],
  predictedClasses: () => [probabilities()],
  'new ConfusionMatrix': () => [
    [
      [1, 0],
      [0, 1],
    ],
  ],
  l1: () => [0.1],
  l2: () => [0.1],
  l1l2: () => [{ l1: 0.1 }],
  cosineDecay: () => [schedule],
  exponentialDecay: () => [{ ...schedule, decayRate: 0.5 }],
  oneCycle: () => [{ maxLearningRate: 0.1, totalSteps: 10 }],
  piecewiseConstant: () => [{ boundaries: [1], values: [1, 2] }],
  warmUp: () => [{ steps: 2, then: 0.1 }],
  learningRateScheduler: () => [() => 0.1],
  lambdaCallback: () => [{ onEpochEnd: () => undefined }],
  // files
  modelCheckpoint: () => [{ filepath: 'x.safetensors' }],
  backupAndRestore: () => [{ backupDir: 'backup' }],
  csvLogger: () => ['x.csv', {}],
  saveModel: () => [model(), 'x.safetensors'],
  loadModel: () => ['x.safetensors', {}],
  writeFileAtomically: () => ['x.bin', new Uint8Array(2)],
  newestModelFile: () => ['.'],
  encodeOnnx: () => [model(), {}],
  // images
  generateDigits: () => [{ count: 20, seed: 1, split: 'train' }],
  'new ImageDataset': () => {
    const { images: own, labels: of, classNames, description } = dataset();
    return [{ images: own, labels: of, classNames, description }];
  },
  'new ImageSamples': () => [{ pixels: new Uint8Array(8), height: 2, width: 2 }],
  'ImageDataset#slice': () => [0, 2],
  'ImageDataset#take': () => [2],
  'ImageDataset#select': () => [[0, 1]],
  'ImageDataset#shuffle': () => [seeded],
  'ImageDataset#split': () => [0.5, seeded],
  'ImageDataset#map': () => [(pixels: unknown) => pixels],
  'ImageDataset#batch': () => [2, {}],
  'ImageSamples#slice': () => [0, 2],
  'ImageSamples#select': () => [[0, 1]],
  'ImageSamples#map': () => [(pixels: unknown) => pixels],
  'ImageSamples#readSamples': () => [[0], new Float32Array(784)],
  augmented: () => [dataset().images, images.augmentations.light, seeded],
  pickImages: () => [dataset(), { count: 2, seed: 1 }],
  parseIdx: () => [images.encodeIdx(idx()), {}],
  encodeIdx: () => [idx()],
  readIdx: () => [images.encodeIdx(idx()), {}],
  openIdxStream: () => [new Blob([images.encodeIdx(idx())]).stream(), {}],
  decompressIfGzipped: () => [new Uint8Array(8), {}],
  parseNpy: () => [images.encodeNpy(idx()), {}],
  encodeNpy: () => [idx()],
  parseNpyStrings: () => [images.encodeNpyStrings(['a', 'b'])],
  encodeNpyStrings: () => [['a', 'b']],
  imageToDigit: () => [picture()],
  imageDatasetFromIdx: () => [idx(), { shape: [2], data: Uint8Array.of(0, 1) }, {}],
  classLabels: () => [{ shape: [2], data: Uint8Array.of(0, 1) }, {}],
  uprightImages: () => [idx(), images.datasetNamed('mnist')],
  normalizationOf: () => [new Uint8Array([0, 255])],
  pixelStatistics: () => [new Uint8Array([0, 255])],
  datasetNamed: () => ['mnist'],
  datasetsNamed: () => ['mnist'],
  // files of images; nothing is downloaded
  loadImages: () => [{ dataset: 'generated', seed: 1, generatedCounts: { train: 2, test: 2 } }],
  loadDataset: () => ['mnist', { dataDir: '.', mirrors: [] }],
  loadMnist: () => ['.'],
  findDataset: () => ['mnist', { dataDir: '.' }],
  areComplete: () => [datasetFiles()],
  findDatasetFiles: () => [images.datasetNamed('mnist'), '.'],
  locateDatasetFiles: () => [images.datasetNamed('mnist'), '.', { isDedicated: true }],
  readDatasetFiles: () => [images.datasetNamed('mnist'), datasetFiles()],
  verifyDataset: () => [images.datasetNamed('mnist'), datasetFiles()],
  downloadDatasets: () => [[], '.', { mirrors: [] }],
  cacheFolder: () => [{ HOME: '.' }],
  mirrorsOf: () => [images.datasetNamed('mnist'), {}],
  openIdxFile: () => ['x-idx1-ubyte', { strict: true }],
  readIdxFile: () => ['x-idx1-ubyte', { strict: true }],
  createIdxFile: () => ['x-idx1-ubyte', { type: 'uint8', entryShape: [] }],
  writeIdxFile: () => ['x-idx1-ubyte', idx(), { gzip: false }],
  conversionFormats: () => ['x.csv', 'x.npz', {}],
  convertDataset: () => ['x.csv', 'x.npz', { split: 'train', force: true }],
  openDataset: () => ['x.csv', { order: 'name' }],
  // the server
  serveModel: () => [model(), { name: 'x' }],
  createApp: () => [{ models: [serveModel(model())] }],
  startServer: () => [{ models: [serveModel(model())], port: 0, graceSeconds: 1 }],
};

/** Methods of objects that functions give, and arguments that they take, by a name for messages. */
export const given: Readonly<
  Record<string, { recipe: () => unknown[]; call: (args: readonly unknown[]) => Promise<unknown> }>
> = {
  'createIdxFile()#append': {
    recipe: () => [idx()],
    async call([batch]) {
      const options = { type: 'uint8', entryShape: [2, 2] } as const;
      const writer = await createIdxFile('given-idx3-ubyte', options);
      try {
        await writer.append(batch as never);
        await writer.finish();
      } finally {
        await writer.discard();
      }
    },
  },
  'openIdxStream()#batches': {
    recipe: () => [{ size: 1 }],
    async call([options]) {
      const stream = await images.openIdxStream(new Blob([images.encodeIdx(idx())]).stream());
      try {
        for await (const { data } of stream.batches(options as never)) if (data.length > 4) return;
      } finally {
        await stream.close();
      }
    },
  },
  'Model#fit of a stream': {
    recipe: () => [
      { x: x(), y: labels() },
      { epochs: 1, stepsPerEpoch: 1 },
    ],
    call: ([batch, options]) => model().fit([batch] as never, options as never),
  },
  'Model#evaluate of a stream': {
    recipe: () => [[{ x: x(), y: labels() }], { steps: 1 }],
    call: ([batches, options]) => model().evaluate((() => batches) as never, options as never),
  },
  'Model#predictAsync of a stream': {
    recipe: () => [x(), { batchSize: 2 }],
    call: ([samples, options]) => model().predictAsync([samples] as never, options as never),
  },
  'mixup()': {
    recipe: () => [0],
    call: ([epoch]) =>
      convnet
        .mixup(x(), labels(), { classCount: 3, seed: 1 })(epoch as never)
        .next(),
  },
  'serveModel()#predict': {
    recipe: () => [x()],
    call: async ([inputs]) => serveModel(model()).predict(inputs as never),
  },
};

/** Objects whose methods are called, by the name of their class. */
export const instances: Readonly<Record<string, () => object>> = {
  Tensor: x,
  Random: () => new tensor.RandomStreams(1).stream('x'),
  RandomStreams: () => new tensor.RandomStreams(1),
  Model: model,
  InferenceModel: () => anyInference.decodeModel(bytes),
  ConfusionMatrix: () => convnet.confusionMatrix(labels(), probabilities()),
  Layer: () => dense({ units: 2 }),
  MergeLayer: () => layers.add(),
  Optimizer: () => convnet.sgd(),
  ImageDataset: dataset,
  ImageSamples: () => dataset().images,
};
