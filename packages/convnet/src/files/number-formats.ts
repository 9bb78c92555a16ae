/** Numbers of all dtypes that are read from safetensors files, and files of any of them. */
import { asBytes, fromHalf } from '@convnet/tensor';
import {
  float32Numbers,
  readTensors,
  type NumberReaders,
  type ReadSafetensorsResult,
} from './safetensors.ts';

/** The upper half of a float32. */
function fromBfloat(bits: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint16(0, bits);
  return view.getFloat32(0);
}

/** F16 and BF16 become float32, which holds each of them. */
export const allNumbers: NumberReaders = {
  ...float32Numbers,
  F64: { dtype: 'float64', read: (view, at) => view.getFloat64(at, true) },
  F16: { dtype: 'float32', read: (view, at) => fromHalf(view.getUint16(at, true)) },
  BF16: { dtype: 'float32', read: (view, at) => fromBfloat(view.getUint16(at, true)) },
};

/**
 * Reads a safetensors file. Tensors are views of it where numbers of their kind may lie there, else
 * copies.
 * @throws ModelFileError for anything that breaks the format.
 */
export const readSafetensors = (file: Uint8Array | ArrayBuffer): ReadSafetensorsResult =>
  readTensors(asBytes(file, 'readSafetensors'), allNumbers);
