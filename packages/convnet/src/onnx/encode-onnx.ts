/**
 * Networks as ONNX models, for the many programs that run those. The model takes `input`, float32
 * `[N, C, H, W]` for images, with any N, and gives `output`. What a network here normalises its
 * pixels by is in the metadata (`convnet.preprocess`), as are the names of its classes.
 */
import { checkOptions, ConvnetError } from '@convnet/tensor';
import { modelOption } from '../network/model-option.ts';
import { canonicalJson } from '../canonical-json.ts';
import type { InferenceModel } from '../network/inference-model.ts';
import { NETWORK_INPUT } from '../network/graph.ts';
import { exporterOf, LAYER_EXPORTERS, type LayerExporter } from './export-layer.ts';
import { OnnxGraph } from './onnx-graph.ts';

/** A network that cannot be said in ONNX. */
export class OnnxExportError extends ConvnetError {
  override readonly name = 'OnnxExportError';
  override readonly code = 'unsupported';
}

/** Options of {@link encodeOnnx}. */
export interface OnnxOptions {
  /** How layers of your own are exported, by their `type`. */
  readonly exporters?: Readonly<Record<string, LayerExporter>>;
}

const INPUT = 'input';
const OUTPUT = 'output';

/** Channels first, as ONNX has images. */
const onnxShape = (shape: readonly number[]): (number | string)[] =>
  shape.length === 3 ? ['N', shape[2]!, shape[0]!, shape[1]!] : ['N', ...shape];

/**
 * The bytes of an `.onnx` file: operator set 17, in float32.
 *
 * @throws OnnxExportError for a layer that has no exporter.
 * @example
 * ```ts
 * await writeFile('cnn.onnx', encodeOnnx(model));
 * ```
 */
export function encodeOnnx(
  model: InferenceModel,
  options: OnnxOptions = {},
): Uint8Array<ArrayBuffer> {
  checkOptions(options, 'exporters', 'encodeOnnx');
  const { exporters = {} } = options;
  modelOption(model, 'encodeOnnx');
  const graph = new OnnxGraph();
  graph.input(INPUT, onnxShape(model.inputShape));
  // No layer may take the name that the result has.
  const output = graph.name(OUTPUT);
  const values: string[] = [];
  const nodes = model.graph.nodes;
  for (const { layer, inputs } of nodes) {
    const from = inputs[0] ?? NETWORK_INPUT;
    const exporter = Object.hasOwn(exporters, layer.type)
      ? exporters[layer.type]
      : exporterOf(layer);
    if (!exporter) {
      throw new OnnxExportError(
        `${layer.label}: expected a layer that ONNX export knows (${[...LAYER_EXPORTERS.keys()].join(', ')}). Give encodeOnnx an exporter for '${layer.type}'.`,
      );
    }
    values.push(
      exporter({
        graph,
        layer,
        inputs: inputs.map((index) => (index === NETWORK_INPUT ? INPUT : values[index]!)),
        inputShape: from === NETWORK_INPUT ? model.inputShape : nodes[from]!.layer.outputShape,
      }),
    );
  }
  graph.rename(values.at(-1)!, output);
  graph.output(output, onnxShape(model.outputShape));
  const { classNames, preprocessing } = model.info;
  const metadata = new Map<string, string>();
  if (classNames) metadata.set('convnet.classes', canonicalJson(classNames));
  if (preprocessing) metadata.set('convnet.preprocess', canonicalJson(preprocessing));
  return graph.encode(model.name, metadata);
}
