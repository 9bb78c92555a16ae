/** Number formats of tensors: float32 to train and predict, float64 to check gradients. */
export type DType = 'float32' | 'float64';

/** The typed array that holds the elements of a {@link DType}. */
export type FloatArray = Float32Array | Float64Array;

/** A zero-filled array of `length` elements. */
export function allocate(dtype: DType, length: number): FloatArray {
  return dtype === 'float32' ? new Float32Array(length) : new Float64Array(length);
}
