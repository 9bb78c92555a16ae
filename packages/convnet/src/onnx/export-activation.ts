/** Activations in ONNX: by an operator of that name where there is one, else by their expression. */
import { activations } from '../layers/activation-names.ts';
import { activationOption } from '../layers/activation-option.ts';
import { isElementwise } from '../layers/elementwise-activation.ts';
import { exportExpression } from './export-expression.ts';
import { channelAxis, option, type LayerExport, type LayerExporter } from './layer-export.ts';

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
      axis: channelAxis(layer.outputShape),
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

/** The nodes of the activation that a layer has as an option. */
export function activated(exported: LayerExport, input: string): string {
  const name = (option(exported, 'activation') as string | undefined) ?? 'linear';
  const add = ACTIVATIONS[name];
  if (add) return add(exported, input);
  const known = activationOption(name, exported.layer.label);
  const layer = known && activations[known]();
  if (!(layer && isElementwise(layer))) return input;
  return exportExpression(exported.graph, exported.layer.name, input, (x) => layer.value(x));
}

/** The exporter of an activation that is a layer. */
export const activation =
  (name: string): LayerExporter =>
  (exported) =>
    ACTIVATIONS[name]!(exported, exported.inputs[0]!);
