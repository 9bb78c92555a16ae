/**
 * The input of a recorded pass, and how samples get there: as floats, or as bytes that the pass
 * itself turns into floats.
 */
import {
  OptionError,
  type InferenceKernels,
  type Shape,
  type Tensor,
} from '@convnet/tensor/inference';
import type { Workspace } from '../layers/workspace.ts';
import { expectAtOnce, type SampleSource } from './samples.ts';

const BYTE_VALUES = 256;

/** In which form samples of `source` come; an input has room for one of them. */
export const inputKind = ({ bytes }: SampleSource): string =>
  bytes ? `${bytes.valueOfByte.length} bytes` : 'floats';

/** See the top of this file. */
export class BatchInput {
  readonly tensor: Tensor;
  readonly #bytes: Uint8Array | undefined;
  readonly #table: Tensor | undefined;

  /**
   * Room for `count` samples of the kind that `source` has.
   * @throws OptionError unless there is a value for each byte, or for each byte of each channel.
   */
  constructor(workspace: Workspace, source: SampleSource, shape: Shape, count: number) {
    this.tensor = workspace.tensor('input', count, shape);
    if (!source.bytes) return;
    this.#bytes = workspace.bytes('input', count, shape);
    const { length } = source.bytes.valueOfByte;
    const channels = shape.at(-1)!;
    if (length !== BYTE_VALUES && length !== channels * BYTE_VALUES) {
      throw new OptionError(
        `valueOfByte: expected 256 numbers, or 256 for each of ${channels} channels; received ${length}.`,
      );
    }
    this.#table = workspace.tensor('valueOfByte', length, []);
  }

  /** The first kernel calls of the pass. */
  record(kernels: InferenceKernels): void {
    if (this.#bytes && this.#table) kernels.lookUp(this.#bytes, this.#table, this.tensor);
  }

  /** Puts the samples `indices` there; in training, as `epoch` shows them. */
  fill(source: SampleSource, indices: Uint32Array, epoch?: number): void {
    if (this.#bytes && this.#table && source.bytes) {
      expectAtOnce(source.bytes.readBytes(indices, this.#bytes, epoch), 'readBytes');
      this.#table.data.set(source.bytes.valueOfByte);
    } else {
      expectAtOnce(source.readSamples(indices, this.tensor.data, epoch), 'readSamples');
    }
  }
}
