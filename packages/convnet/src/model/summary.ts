/** The table that `model.summary()` prints. */
import { formatShape, type Shape } from '@convnet/tensor';
import type { Sequential } from './sequential.ts';

const number = (value: number): string => value.toLocaleString('en-US');

/** Lines of the table: layer, output shape, trainable numbers. */
export function summaryOf(model: Sequential): string[] {
  const shape = (sample: Shape): string => formatShape(['N', ...sample]);
  const rows = [
    ['Layer', 'Output', 'Parameters'],
    ['input', shape(model.inputShape), ''],
    ...model.layers.map((layer) => [
      layer.name === layer.type ? layer.type : `${layer.name} (${layer.type})`,
      shape(layer.outputShape),
      number(layer.parameters.reduce((sum, { value }) => sum + value.size, 0)),
    ]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  const [header, ...body] = rows.map(
    ([layer, output, parameters]) =>
      `${layer!.padEnd(widths[0]!)}  ${output!.padEnd(widths[1]!)}  ${parameters!.padStart(widths[2]!)}`,
  );
  const rule = '─'.repeat(header!.length);
  const total = `Total: ${number(model.countParams())} parameters`;
  return [`Model "${model.name}"`, rule, header!, rule, ...body, rule, total];
}
