/**
 * How each kind of layer is said in ONNX. Images are channels-first there, `[N, C, H, W]`; all other
 * values are as here. Flattening goes through channels-last, so that everything behind it needs no
 * reordering.
 */
import type { Tensor } from '@convnet/tensor';
import { toStored } from '../files/stored-layout.ts';
import type { Layer } from '../layers/layer.ts';
import { isElementwise } from '../layers/elementwise-activation.ts';
import { activated, activation } from './export-activation.ts';
import { exportExpression } from './export-expression.ts';
import {
  channelAxis,
  isImage,
  option,
  type LayerExport,
  type LayerExporter,
} from './layer-export.ts';
import type { Attribute } from './onnx-graph.ts';

/** Numbers that a node is given. */
type Constant = Pick<Tensor, 'data' | 'shape'>;

const TO_LAST = { perm: [0, 2, 3, 1] };
const TO_FIRST = { perm: [0, 3, 1, 2] };

/** A parameter or other stored tensor, by its name within the layer. */
const stored = ({ layer }: LayerExport, name: string): Tensor | undefined => {
  const found = [...layer.parameters, ...layer.state].find((tensor) => tensor.name === name);
  return found && toStored(found.value, found.stored);
};

const constant = (exported: LayerExport, name: string, fallback?: Constant): string | undefined => {
  const tensor = stored(exported, name) ?? fallback;
  return tensor && exported.graph.floats(`${exported.layer.name}.${name}`, tensor);
};

/** A single node, called as the layer, of all its inputs and these constants. */
function node(
  { graph, layer, inputs }: LayerExport,
  operator: string,
  constants: readonly (string | undefined)[] = [],
  attributes: Readonly<Record<string, Attribute>> = {},
): string {
  const given = constants.filter((name) => name !== undefined);
  return graph.node(operator, [...inputs, ...given], layer.name, attributes);
}

/** `[top, left, bottom, right]`: what is added around an image. */
function paddingOf(
  { layer, inputShape }: LayerExport,
  windowSize: readonly number[],
  strides: readonly number[],
  dilation: readonly number[],
): number[] {
  const before: number[] = [];
  const after: number[] = [];
  for (const axis of [0, 1]) {
    const reach = (windowSize[axis]! - 1) * dilation[axis]! + 1;
    const needed = (layer.outputShape[axis]! - 1) * strides[axis]! + reach;
    const total =
      layer.config()['padding'] === 'same' ? Math.max(0, needed - inputShape[axis]!) : 0;
    before.push(Math.floor(total / 2));
    after.push(Math.ceil(total / 2));
  }
  return [...before, ...after];
}

/** The attributes of a Conv node. */
function convolutionAttributes(exported: LayerExport): Record<string, Attribute> {
  const windowSize = option(exported, 'kernelSize') as number[];
  const strides = option(exported, 'strides') as number[];
  const dilation = option(exported, 'dilationRate') as number[];
  return {
    kernel_shape: windowSize,
    strides,
    dilations: dilation,
    pads: paddingOf(exported, windowSize, strides, dilation),
  };
}

const convolution: LayerExporter = (exported) => {
  const weight = stored(exported, 'weight')!;
  const sum = node(exported, 'Conv', [constant(exported, 'weight'), constant(exported, 'bias')], {
    ...convolutionAttributes(exported),
    group: exported.inputShape[2]! / weight.shape[1]!,
  });
  return activated(exported, sum);
};

/** Each channel by itself, then all channels of a place. */
const separableConvolution: LayerExporter = (exported) => {
  const { graph, layer, inputShape } = exported;
  const apart = node(exported, 'Conv', [constant(exported, 'depthwise.weight')], {
    ...convolutionAttributes(exported),
    group: inputShape[2]!,
  });
  const weights = [constant(exported, 'pointwise.weight')!, constant(exported, 'pointwise.bias')];
  const inputs = [apart, ...weights.filter((name) => name !== undefined)];
  return activated(exported, graph.node('Conv', inputs, layer.name));
};

/**
 * The input of a pool. ONNX Runtime, from 1.17 on, drops a Pad node right before a pool and adds its
 * numbers to the pool's own padding, though that never counts and zeros do. Here nothing is right before: the
 * larger of a number and itself is that number, which no optimizer takes the trouble to find out.
 */
const apartFromPadding = ({ graph, layer, inputs: [input] }: LayerExport): string =>
  graph.operatorOf(input!) === 'Pad'
    ? graph.node('Max', [input!, input!], `${layer.name}.padded`)
    : input!;

const pooling =
  (operator: string, attributes: Readonly<Record<string, Attribute>> = {}): LayerExporter =>
  (exported) => {
    const windowSize = option(exported, 'poolSize') as number[];
    const strides = option(exported, 'strides') as number[];
    return node({ ...exported, inputs: [apartFromPadding(exported)] }, operator, [], {
      ...attributes,
      kernel_shape: windowSize,
      strides,
      pads: paddingOf(exported, windowSize, strides, [1, 1]),
    });
  };

const globalPooling =
  (operator: string): LayerExporter =>
  (exported) => {
    const { graph, layer } = exported;
    const pooled = node(exported, operator);
    const keepsAxes = isImage(layer.outputShape);
    return keepsAxes ? pooled : graph.node('Flatten', [pooled], layer.name, { axis: 1 });
  };

/** Goes through `[N, H, W, C]`, where the operator counts axes as layers here do. */
function channelsLast(
  { graph, layer, inputs, inputShape }: LayerExport,
  inner: (input: string) => string,
): string {
  const input = isImage(inputShape)
    ? graph.node('Transpose', [inputs[0]!], `${layer.name}.channelsLast`, TO_LAST)
    : inputs[0]!;
  const output = inner(input);
  return isImage(layer.outputShape)
    ? graph.node('Transpose', [output], `${layer.name}.channelsFirst`, TO_FIRST)
    : output;
}

/** Goes through `[N, C, …]`, where the operator takes the second axis for the channels. */
function channelsSecond(
  { graph, layer, inputs, inputShape }: LayerExport,
  inner: (input: string) => string,
): string {
  const others = inputShape.slice(1).map((_, axis) => axis + 1);
  if (others.length === 0 || isImage(inputShape)) return inner(inputs[0]!);
  const toSecond = { perm: [0, inputShape.length, ...others] };
  const toLast = { perm: [0, ...others.map((axis) => axis + 1), 1] };
  const input = graph.node('Transpose', [inputs[0]!], `${layer.name}.channelsSecond`, toSecond);
  return graph.node('Transpose', [inner(input)], `${layer.name}.channelsLast`, toLast);
}

const reshaped: LayerExporter = (exported) => {
  const { graph, layer } = exported;
  return channelsLast(exported, (input) => {
    const shape = graph.integers(`${layer.name}.shape`, [-1, ...layer.outputShape]);
    return graph.node('Reshape', [input, shape], layer.name);
  });
};

/** Numbers of a channel where a layer trains none. */
const filled = (layer: Layer, value: number): Constant => {
  const channels = layer.outputShape.at(-1)!;
  return { data: new Float32Array(channels).fill(value), shape: [channels] };
};

/** For each kind of layer, its exporter. */
export const LAYER_EXPORTERS: ReadonlyMap<string, LayerExporter> = new Map<string, LayerExporter>([
  ['conv2d', convolution],
  ['depthwiseConv2d', convolution],
  ['separableConv2d', separableConvolution],
  ['maxPooling2d', pooling('MaxPool')],
  ['averagePooling2d', pooling('AveragePool', { count_include_pad: 0 })],
  ['globalAveragePooling2d', globalPooling('GlobalAveragePool')],
  ['globalMaxPooling2d', globalPooling('GlobalMaxPool')],
  [
    'zeroPadding2d',
    (exported) => {
      const [[top, bottom], [left, right]] = option(exported, 'padding') as [
        [number, number],
        [number, number],
      ];
      const around = [0, 0, top, left, 0, 0, bottom, right];
      return node(exported, 'Pad', [
        exported.graph.integers(`${exported.layer.name}.pads`, around),
      ]);
    },
  ],
  [
    'dense',
    (exported) => {
      const weight = exported.layer.parameters.find(({ name }) => name === 'weight')!.value;
      const kernel = exported.graph.floats(`${exported.layer.name}.weight`, weight);
      const sum = node(exported, 'Gemm', [kernel, constant(exported, 'bias')], { transB: 1 });
      return activated(exported, sum);
    },
  ],
  ['flatten', reshaped],
  ['reshape', reshaped],
  ['dropout', ({ inputs }) => inputs[0]!],
  ['spatialDropout2d', ({ inputs }) => inputs[0]!],
  [
    'batchNormalization',
    (exported) =>
      channelsSecond(exported, (input) =>
        node(
          { ...exported, inputs: [input] },
          'BatchNormalization',
          [
            constant(exported, 'weight', filled(exported.layer, 1)),
            constant(exported, 'bias', filled(exported.layer, 0)),
            constant(exported, 'running_mean'),
            constant(exported, 'running_var'),
          ],
          { epsilon: { float: option(exported, 'epsilon') as number } },
        ),
      ),
  ],
  [
    'layerNormalization',
    (exported) =>
      channelsLast(exported, (input) => {
        const scale = constant(exported, 'weight', filled(exported.layer, 1))!;
        const bias = constant(exported, 'bias', filled(exported.layer, 0))!;
        return exported.graph.node(
          'LayerNormalization',
          [input, scale, bias],
          exported.layer.name,
          { axis: -1, epsilon: { float: option(exported, 'epsilon') as number } },
        );
      }),
  ],
  ['activation', (exported) => activated(exported, exported.inputs[0]!)],
  ...['relu', 'leakyRelu', 'elu', 'gelu', 'silu', 'sigmoid', 'tanh', 'softmax'].map(
    (name) => [name, activation(name)] as const,
  ),
  ['add', variadic('Add')],
  ['multiply', variadic('Mul')],
  [
    'concatenate',
    (exported) => node(exported, 'Concat', [], { axis: channelAxis(exported.layer.outputShape) }),
  ],
]);

/** An operator of two inputs, again and again. */
function variadic(operator: string): LayerExporter {
  return ({ graph, layer, inputs }) =>
    inputs
      .slice(1)
      .reduce((sum, next) => graph.node(operator, [sum, next], layer.name), inputs[0]!);
}

/** The exporter of a layer; activations without an operator of their own have their expression. */
export function exporterOf(layer: Layer): LayerExporter | undefined {
  const known = LAYER_EXPORTERS.get(layer.type);
  if (known || !isElementwise(layer)) return known;
  return ({ graph, inputs }) =>
    exportExpression(graph, layer.name, inputs[0]!, (x) => layer.value(x));
}
