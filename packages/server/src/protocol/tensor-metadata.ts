/** Names, datatypes and shapes of a network's input and output, as the protocol spells them. */
import type { ServedModel } from '../served-model.ts';

/** Description of one input or output; −1 in `shape` is the free size of the batch. */
export interface TensorMetadata {
  readonly name: string;
  readonly datatype: 'FP32' | 'FP64';
  readonly shape: readonly number[];
}

const datatypeOf = ({ dtype }: ServedModel): 'FP32' | 'FP64' =>
  dtype === 'float32' ? 'FP32' : 'FP64';

/** The one input: normalized images. */
export function inputMetadata(model: ServedModel): TensorMetadata {
  return { name: 'image', datatype: datatypeOf(model), shape: [-1, ...model.inputShape] };
}

/** The one output. */
export function outputMetadata(model: ServedModel): TensorMetadata {
  const name = model.givesProbabilities ? 'probabilities' : 'scores';
  return { name, datatype: datatypeOf(model), shape: [-1, ...model.outputShape] };
}
