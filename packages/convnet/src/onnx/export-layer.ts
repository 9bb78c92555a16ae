/**
 * How each kind of layer is said in ONNX. Images are channels-first there, `[N, C, H, W]`; all other
 * values are as here. Flattening goes through channels-last, so that everything behind it needs no
 * reordering.
 */
import type { Tensor } from '@convnet/tensor';
import { toStored } from '../files/stored-layout.ts';
import type { Layer } from '../layers/layer.ts';
import { activationNamed } from '../layers/activation-names.ts';
import { isElementwise } from '../layers/elementwise-activation.ts';
import { exportExpression } from './export-expression.ts';
import type { Attribute, OnnxGraph } from './onnx-graph.ts';

/** Numbers that a node is given. */
type Constant = Pick<Tensor, 'data' | 'shape'>;

/** A layer, where its inputs come from, and the graph it is added to. */
export interface LayerExport {
  readonly graph: OnnxGraph;
  readonly layer: Layer;
  /** Names of the inputs. */
  readonly inputs: readonly string[];
  /** Shape of one sample of the first input, as here. */
  readonly inputShape: readonly number[];
}

/** Adds a layer's nodes. @returns the name of its output. */
export type LayerExporter = (exported: LayerExport) => string;

const TO_LAST = { perm: [0, 2, 3, 1] };
const TO_FIRST = { perm: [0, 3, 1, 2] };

const option = ({ layer }: LayerExport, key: string): unknown => layer.config()[key];

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

const pooling =
  (operator: string, attributes: Readonly<Record<string, Attribute>> = {}): LayerExporter =>
  (exported) => {
    const windowSize = option(exported, 'poolSize') as number[];
    const strides = option(exported, 'strides') as number[];
    return node(exported, operator, [], {
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
    const keepsAxes = layer.outputShape.length === 3;
    return keepsAxes ? pooled : graph.node('Flatten', [pooled], layer.name, { axis: 1 });
  };

/** Goes through `[N, H, W, C]`, where the operator counts axes as layers here do. */
function channelsLast(
  { graph, layer, inputs, inputShape }: LayerExport,
  inner: (input: string) => string,
): string {
  const isImage = inputShape.length === 3;
  const input = isImage
    ? graph.node('Transpose', [inputs[0]!], `${layer.name}.channelsLast`, TO_LAST)
    : inputs[0]!;
  const output = inner(input);
  return layer.outputShape.length === 3
    ? graph.node('Transpose', [output], `${layer.name}.channelsFirst`, TO_FIRST)
    : output;
}

const reshaped: LayerExporter = (exported) => {
  const { graph, layer } = exported;
  return channelsLast(exported, (input) => {
    const shape = graph.integers(`${layer.name}.shape`, [-1, ...layer.outputShape]);
    return graph.node('Reshape', [input, shape], layer.name);
  });
};

/** The nodes of an activation, whether it is an option or a layer. */
const ACTIVATIONS: Readonly<Record<string, (exported: LayerExport, input: string) => string>> = {
  linear: (_, input) => input,
  relu: ({ graph, layer }, input) => graph.node('Relu', [input], `${layer.name}.relu`),
  sigmoid: ({ graph, layer }, input) => graph.node('Sigmoid', [input], `${layer.name}.sigmoid`),
  tanh: ({ graph, layer }, input) => graph.node('Tanh', [input], `${layer.name}.tanh`),
  silu: ({ graph, layer }, input) => {
    const gate = graph.node('Sigmoid', [input], `${layer.name}.gate`);
    return graph.node('Mul', [input, gate], `${layer.name}.silu`);
  },
  leakyRelu: (exported, input) =>
    exported.graph.node('LeakyRelu', [input], `${exported.layer.name}.leakyRelu`, {
      alpha: { float: (option(exported, 'negativeSlope') as number | undefined) ?? 0.3 },
    }),
  elu: (exported, input) =>
    exported.graph.node('Elu', [input], `${exported.layer.name}.elu`, {
      alpha: { float: (option(exported, 'alpha') as number | undefined) ?? 1 },
    }),
  gelu,
  softmax: ({ graph, layer }, input) =>
    graph.node('Softmax', [input], `${layer.name}.softmax`, {
      axis: layer.outputShape.length === 3 ? 1 : -1,
    }),
};

/** x · (1 + erf(x / √2)) / 2, or its approximation by tanh; the operator set has no Gelu yet. */
function gelu(exported: LayerExport, input: string): string {
  const { graph, layer } = exported;
  const number = (value: number): string =>
    graph.floats(`${layer.name}.constant`, { data: Float32Array.of(value), shape: [] });
  const say = (operator: string, ...inputs: string[]): string =>
    graph.node(operator, inputs, `${layer.name}.gelu`);
  const gate = (option(exported, 'approximate') as boolean | undefined)
    ? say(
        'Tanh',
        say(
          'Mul',
          say('Add', input, say('Mul', say('Pow', input, number(3)), number(0.044715))),
          number(Math.sqrt(2 / Math.PI)),
        ),
      )
    : say('Erf', say('Mul', input, number(Math.SQRT1_2)));
  return say('Mul', say('Mul', input, number(0.5)), say('Add', gate, number(1)));
}

function activated(exported: LayerExport, input: string): string {
  const name = (option(exported, 'activation') as string | undefined) ?? 'linear';
  const add = ACTIVATIONS[name];
  if (add) return add(exported, input);
  const layer = activationNamed(name, `${exported.layer.label} activation`);
  if (!(layer && isElementwise(layer))) return input;
  return exportExpression(exported.graph, exported.layer.name, input, (x) => layer.value(x));
}

const activation =
  (name: string): LayerExporter =>
  (exported) =>
    ACTIVATIONS[name]!(exported, exported.inputs[0]!);

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
      node(
        exported,
        'BatchNormalization',
        [
          constant(exported, 'weight', filled(exported.layer, 1)),
          constant(exported, 'bias', filled(exported.layer, 0)),
          constant(exported, 'running_mean'),
          constant(exported, 'running_var'),
        ],
        { epsilon: { float: option(exported, 'epsilon') as number } },
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
  ['concatenate', (exported) => node(exported, 'Concat', [], { axis: 1 })],
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
