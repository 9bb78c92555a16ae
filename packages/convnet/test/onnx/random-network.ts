/** Networks at random: layers of every type with any of their options, one behind the other or branching. */
import { OptionError, RandomStreams, ShapeError, sizeOf, type Random } from '@convnet/tensor';
import {
  functional,
  layers,
  referenceKernels,
  type ActivationName,
  type ImagePadding,
  type Layer,
  type Model,
  type Shape,
  type SymbolicTensor,
} from '../../src/index.ts';
import { trainingContext } from '../../src/layers/training-context.ts';
import { activations } from '../../src/layers/activation-names.ts';

/** A place in the network that is growing. */
interface Place {
  readonly tensor: SymbolicTensor;
  readonly shape: Shape;
}

type Draw = <T>(choices: readonly T[]) => T;
type Make = (shape: Shape, draw: Draw) => Layer;

const yesOrNo = [true, false];
const names = [...Object.keys(activations), 'linear'] as ActivationName[];

const pair = (draw: Draw, choices: readonly number[]): [number, number] => [
  draw(choices),
  draw(choices),
];

const window = (draw: Draw) => ({
  strides: pair(draw, [1, 1, 2, 3]),
  padding: draw(['same', 'valid'] as const),
});

/** Options of a convolution; a window that is dilated does not stride. */
const convolution = (draw: Draw) => ({
  kernelSize: pair(draw, [1, 2, 3]),
  ...window(draw),
  ...(draw(yesOrNo) && { strides: 1, dilationRate: pair(draw, [1, 2]) }),
  useBias: draw(yesOrNo),
  activation: draw(names),
});

const pooling = (draw: Draw) => ({ poolSize: pair(draw, [1, 2, 3]), ...window(draw) });

function paddingAtRandom(draw: Draw): ImagePadding {
  return [pair(draw, [0, 1, 2, 4]), pair(draw, [0, 1, 3])];
}

/** A shape of one to three axes with as many numbers. */
function targetShape(shape: Shape, draw: Draw): number[] {
  const target: number[] = [];
  let rest = sizeOf(shape);
  for (let axes = draw([1, 2, 3]); axes > 1; axes--) {
    const divisors = [1, 2, 3, 4, 5, 6].filter((divisor) => rest % divisor === 0);
    const size = draw(divisors);
    target.push(size);
    rest /= size;
  }
  return [...target, draw([rest, -1])];
}

/** A layer of each type that reads one tensor. Those that do not fit a shape say so when they are built. */
const makers: Readonly<Record<string, Make>> = {
  ...Object.fromEntries(
    Object.entries(activations).map(([type, make]) => [type, () => make()] as const),
  ),
  leakyRelu: (_, draw) => layers.leakyRelu({ negativeSlope: draw([0, 0.1, 0.3]) }),
  elu: (_, draw) => layers.elu({ alpha: draw([0.5, 1]) }),
  gelu: (_, draw) => layers.gelu({ approximate: draw(yesOrNo) }),
  activation: (_, draw) => layers.activation({ activation: draw(names) }),
  averagePooling2d: (_, draw) => layers.averagePooling2d(pooling(draw)),
  maxPooling2d: (_, draw) => layers.maxPooling2d(pooling(draw)),
  globalAveragePooling2d: (_, draw) => layers.globalAveragePooling2d({ keepDims: draw(yesOrNo) }),
  globalMaxPooling2d: (_, draw) => layers.globalMaxPooling2d({ keepDims: draw(yesOrNo) }),
  batchNormalization: (_, draw) =>
    layers.batchNormalization({ center: draw(yesOrNo), scale: draw(yesOrNo) }),
  layerNormalization: (_, draw) =>
    layers.layerNormalization({ center: draw(yesOrNo), scale: draw(yesOrNo), epsilon: 0.1 }),
  conv2d: (shape, draw) => {
    const groups = draw([1, 2, 3].filter((count) => shape.at(-1)! % count === 0));
    return layers.conv2d({ ...convolution(draw), groups, filters: groups * draw([1, 2, 3]) });
  },
  depthwiseConv2d: (_, draw) =>
    layers.depthwiseConv2d({ ...convolution(draw), depthMultiplier: draw([1, 2]) }),
  separableConv2d: (_, draw) =>
    layers.separableConv2d({
      ...convolution(draw),
      filters: draw([1, 2, 4]),
      depthMultiplier: draw([1, 2]),
    }),
  zeroPadding2d: (_, draw) => layers.zeroPadding2d({ padding: paddingAtRandom(draw) }),
  dense: (_, draw) =>
    layers.dense({ units: draw([1, 3, 8]), useBias: draw(yesOrNo), activation: draw(names) }),
  flatten: () => layers.flatten(),
  reshape: (shape, draw) => layers.reshape({ targetShape: targetShape(shape, draw) }),
  dropout: () => layers.dropout({ rate: 0.5 }),
  spatialDropout2d: () => layers.spatialDropout2d({ rate: 0.5 }),
};

/** Layers that networks are mostly made of, or that seldom fit. */
const FREQUENT = [
  'conv2d',
  'conv2d',
  'dense',
  'dense',
  'reshape',
  'zeroPadding2d',
  'separableConv2d',
  'averagePooling2d',
];

const merges = ['add', 'multiply', 'concatenate'] as const;

/** The shape that a layer gives; `undefined` if it cannot take these. */
function shapeFrom(make: () => Layer, shapes: readonly Shape[]): Shape | undefined {
  const layer = make();
  layer.name = 'trial';
  try {
    layer.build(
      shapes.map((shape) => ({ shape })),
      trainingContext(referenceKernels, 'float32', 0),
    );
    return layer.outputShape;
  } catch (error) {
    if (error instanceof ShapeError || error instanceof OptionError) return undefined;
    throw error;
  }
}

/** What may follow: one layer, or one that merges `last` with other places. */
function next(places: readonly Place[], random: Random): Place | undefined {
  const draw: Draw = (choices) => choices[random.integer(choices.length)]!;
  const type = draw([...Object.keys(makers), ...FREQUENT, ...merges, ...merges]);
  const last = places.at(-1)!;
  const isMerge = merges.find((name) => name === type);
  const read = isMerge
    ? [last, draw(places), ...draw([[], [draw(places)]])]
    : [draw([last, last, last, last, draw(places)])];
  const shapes = read.map(({ shape }) => shape);
  // The same numbers are drawn for the trial and for the layer itself.
  const state = random.state;
  const made = (): Layer => {
    random.state = state;
    return isMerge ? layers[isMerge]() : makers[type]!(shapes[0]!, draw);
  };
  const shape = shapeFrom(made, shapes);
  if (!shape || sizeOf(shape) > 3000 || sizeOf(shape) < 1) return undefined;
  const inputs = read.map(({ tensor }) => tensor);
  return { tensor: made().apply(isMerge ? inputs : inputs[0]!), shape };
}

/** A network of at most fifteen layers; a seed always gives the same one. */
export function randomNetwork(seed: number): Model {
  const random = new RandomStreams(seed).stream('random network');
  const shape =
    random.integer(5) === 0
      ? [2 + random.integer(9)]
      : [3 + random.integer(7), 3 + random.integer(7), 1 + random.integer(4)];
  const x = layers.input({ shape });
  const places: Place[] = [{ tensor: x, shape }];
  const count = 4 + random.integer(12);
  for (let tries = 0; places.length <= count && (tries < 200 || places.length === 1); tries++) {
    const place = next(places, random);
    if (place) places.push(place);
  }
  return functional({ inputs: x, outputs: places.at(-1)!.tensor, seed });
}
