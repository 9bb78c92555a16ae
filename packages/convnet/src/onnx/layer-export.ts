/** What exporters of layers are given, and where ONNX has the channels of its values. */
import type { Layer } from '../layers/layer.ts';
import type { OnnxGraph } from './onnx-graph.ts';

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

/** Whether a sample of this shape is an image `[H, W, C]`. */
export const isImage = (shape: readonly number[]): boolean => shape.length === 3;

/** Where the channels are: first of an image, last of anything else. */
export const channelAxis = (shape: readonly number[]): number => (isImage(shape) ? 1 : -1);

/** An option of a layer. */
export const option = ({ layer }: LayerExport, key: string): unknown => layer.config()[key];
