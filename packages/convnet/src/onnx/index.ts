/**
 * `@convnet/convnet/onnx`: networks for ONNX runtimes.
 *
 * @module @convnet/convnet/onnx
 */
export { encodeOnnx, OnnxExportError, type OnnxOptions } from './encode-onnx.ts';
export type { LayerExport, LayerExporter } from './layer-export.ts';
export type { Attribute, OnnxGraph } from './onnx-graph.ts';
