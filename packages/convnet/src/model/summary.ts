/** The table that `model.summary()` prints. */
import { formatShape, type Shape } from '@convnet/tensor';
import type { Layer } from '../layers/layer.ts';

const parameterCount = ({ parameters }: Layer): number =>
  parameters.reduce((sum, { value }) => sum + value.size, 0);

const number = (value: number): string => value.toLocaleString('en-US');

/** Lines of the table: layer, output shape, trainable numbers. */
export function summaryOf(model: {
  readonly name: string;
  readonly inputShape: Shape;
  readonly layers: readonly Layer[];
}): string[] {
  const shape = (sample: Shape): string => formatShape(['N', ...sample]);
  const rows = [
    ['Layer', 'Output', 'Parameters'],
    ['input', shape(model.inputShape), ''],
    ...model.layers.map((layer) => [
      `${layer.name} (${layer.type})`,
      shape(layer.outputShape),
      number(parameterCount(layer)),
    ]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  const [header, ...body] = rows.map(
    ([layer, output, parameters]) =>
      `${layer!.padEnd(widths[0]!)}  ${output!.padEnd(widths[1]!)}  ${parameters!.padStart(widths[2]!)}`,
  );
  const rule = '─'.repeat(header!.length);
  const total = model.layers.reduce((sum, layer) => sum + parameterCount(layer), 0);
  const lines = [`Model "${model.name}"`, rule, header!, rule, ...body, rule];
  return [...lines, `Total: ${number(total)} parameters`];
}
