/** The table that `model.summary()` prints. */
import { formatShape, type DType, type Shape } from '@convnet/tensor';
import type { Layer } from '../layers/layer.ts';
import type { StoredTensor } from '../layers/layer-tensors.ts';
import { NETWORK_INPUT, type Graph } from './graph.ts';

/** The subject of a table; an `InferenceModel` is one. */
export interface Summarized {
  readonly name: string;
  readonly dtype: DType;
  readonly graph: Graph;
}

/** Columns of text, and the others, which are numbers, to the right. */
const TEXT = new Set(['Layer', 'Output', 'Connected to']);

const sizeOfAll = (tensors: readonly StoredTensor[]): number =>
  tensors.reduce((sum, { value }) => sum + value.size, 0);

/** Trainable numbers, and those that the layer changes itself. */
const parameterCount = ({ parameters, state }: Layer): number =>
  sizeOfAll(parameters) + sizeOfAll(state);

const grouped = (value: number): string => value.toLocaleString('en-US');

const BYTES = { float32: 4, float64: 8 } as const;

/** Bytes as text, in units of 1000. */
function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1;
  return `${value.toFixed(digits)} ${units[unit]!}`;
}

/**
 * Lines of the table. Of each layer: its output shape, parameters, multiply-adds of the
 * forward pass of a sample, and memory for its parameters and for the output of a sample; where
 * layers form a graph, also what it reads.
 */
export function summaryOf({ name, dtype, graph }: Summarized): string[] {
  const { form, inputName, inputShape, nodes } = graph;
  const shape = (sample: Shape): string => formatShape(['N', ...sample]);
  const bytes = (numbers: number): string => formatBytes(numbers * BYTES[dtype]);
  const nameOf = (from: number): string =>
    from === NETWORK_INPUT ? inputName : nodes[from]!.layer.name;
  const table = [
    ['Layer', 'Output', 'Parameters', 'Multiply-adds', 'Memory', 'Connected to'],
    [inputName, shape(inputShape), '', '', '', ''],
    ...nodes.map(({ layer, inputs }) => [
      `${layer.name} (${layer.type})`,
      shape(layer.outputShape),
      grouped(parameterCount(layer)),
      grouped(layer.multiplyAdds()),
      bytes(parameterCount(layer) + layer.activationSize),
      inputs.map(nameOf).join(', '),
    ]),
  ];
  const columns = table[0]!.slice(0, form === 'functional' ? 6 : 5).map((title, column) => {
    const width = Math.max(...table.map((row) => row[column]!.length));
    return (row: readonly string[]): string =>
      TEXT.has(title) ? row[column]!.padEnd(width) : row[column]!.padStart(width);
  });
  const lines = table.map((row) => columns.map((cell) => cell(row)).join('  '));
  const rule = '─'.repeat(lines[0]!.length);
  const total = (of: (layer: Layer) => number): number =>
    nodes.reduce((sum, { layer }) => sum + of(layer), 0);
  const parameters = total(parameterCount);
  const untrained = total(
    ({ state, parameters, trainable }) =>
      sizeOfAll(state) + (trainable ? 0 : sizeOfAll(parameters)),
  );
  const share = untrained === 0 ? '' : ` (${grouped(untrained)} not trainable)`;
  return [
    `Model "${name}"`,
    rule,
    lines[0]!.trimEnd(),
    rule,
    ...lines.slice(1).map((line) => line.trimEnd()),
    rule,
    `Total: ${grouped(parameters)} parameters${share}, ${grouped(total((layer) => layer.multiplyAdds()))} multiply-adds per sample`,
    `Memory: ${bytes(parameters)} of parameters, ${bytes(total((layer) => layer.activationSize))} of outputs per sample`,
  ];
}
