/**
 * Networks as ONNX models, for the many programs that run those. The model takes `input`, float32
 * `[N, C, H, W]` for images, with any N, and gives `output`. Normalising is left to the caller, as it is
 * here. In the file, descriptions of both values say so, for people, and metadata for programs:
 *
 *     convnet.layout      NCHW, if the input is images
 *     convnet.preprocess  JSON {mean, standardDeviation, fit?, invert?} of pixels from 0 to 1, numbers or lists by channel
 *     convnet.classes     JSON list of class names
 */
import { checkOptions, ConvnetError, objectOption } from '@convnet/tensor';
import { modelOption } from '../network/model-option.ts';
import { canonicalJson } from '../canonical-json.ts';
import type { InferenceModel } from '../network/inference-model.ts';
import { NETWORK_INPUT } from '../network/graph.ts';
import { exporterOf, LAYER_EXPORTERS } from './export-layer.ts';
import { isImage, type LayerExporter } from './layer-export.ts';
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
  isImage(shape) ? ['N', shape[2]!, shape[0]!, shape[1]!] : ['N', ...shape];

const layoutInWords = (shape: readonly number[]): string =>
  isImage(shape)
    ? 'images [N, C, H, W]: samples, channels, rows, columns'
    : `samples [${['N', ...shape].join(', ')}]`;

const inWords = (numbers: number | readonly number[]): string =>
  typeof numbers === 'number' ? `${numbers}` : `[${numbers.join(', ')}] by channel`;

function inputInWords({ inputShape, info }: InferenceModel): string {
  const { mean, standardDeviation } = info.preprocessing ?? {};
  const normalised =
    mean === undefined
      ? 'normalised as for training'
      : `normalised: (x - ${inWords(mean)}) / ${inWords(standardDeviation!)} of pixels x from 0 to 1`;
  return `float32 ${layoutInWords(inputShape)}; ${normalised}`;
}

/**
 * The bytes of an `.onnx` file: operator set 17, in float32.
 *
 * Its `input` is `[N, C, H, W]` where a network here takes images `[N, H, W, C]`, its `output` alike; other
 * shapes are the same, with any number N of samples. The caller normalises what goes in, as for
 * `predict`. The file says this, too, in the descriptions of both and in its metadata.
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
  objectOption(exporters, 'encodeOnnx exporters');
  modelOption(model, 'encodeOnnx');
  const graph = new OnnxGraph();
  graph.input(INPUT, onnxShape(model.inputShape), inputInWords(model));
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
  graph.output(output, onnxShape(model.outputShape), `float32 ${layoutInWords(model.outputShape)}`);
  const { classNames, preprocessing } = model.info;
  const metadata = new Map<string, string>();
  if (isImage(model.inputShape)) metadata.set('convnet.layout', 'NCHW');
  if (classNames) metadata.set('convnet.classes', canonicalJson(classNames));
  if (preprocessing) metadata.set('convnet.preprocess', canonicalJson(preprocessing));
  return graph.encode(model.name, metadata);
}
