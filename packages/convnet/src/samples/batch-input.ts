/**
 * The input of a recorded pass, and how samples get there: as floats, or as bytes that the pass
 * itself turns into floats.
 */
import type { InferenceKernels, Shape, Tensor } from '@convnet/tensor/inference';
import type { Workspace } from '../layers/workspace.ts';
import type { SampleSource } from './samples.ts';

const BYTE_VALUES = 256;

/** In which form samples of `source` come; an input has room for one of them. */
export const inputKind = (source: SampleSource): 'bytes' | 'floats' =>
  source.bytes ? 'bytes' : 'floats';

/** See the top of this file. */
export class BatchInput {
  readonly tensor: Tensor;
  readonly #bytes: Uint8Array | undefined;
  readonly #table: Tensor | undefined;

  /** Room for `count` samples of the kind that `source` has. */
  constructor(workspace: Workspace, source: SampleSource, shape: Shape, count: number) {
    this.tensor = workspace.tensor('input', count, shape);
    if (!source.bytes) return;
    this.#bytes = workspace.bytes('input', count, shape);
    this.#table = workspace.tensor('valueOfByte', BYTE_VALUES, []);
  }

  /** The first kernel calls of the pass. */
  record(kernels: InferenceKernels): void {
    if (this.#bytes && this.#table) kernels.lookUp(this.#bytes, this.#table, this.tensor);
  }

  /** Puts the samples `indices` there; in training, as `epoch` shows them. */
  fill(source: SampleSource, indices: Uint32Array, epoch?: number): void {
    if (this.#bytes && this.#table && source.bytes) {
      source.bytes.readBytes(indices, this.#bytes, epoch);
      this.#table.data.set(source.bytes.valueOfByte);
    } else {
      source.readSamples(indices, this.tensor.data, epoch);
    }
  }
}
