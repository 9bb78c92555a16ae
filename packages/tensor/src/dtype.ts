/** Number formats of tensors: float32 to train and predict, float64 to check gradients. */
export type DType = 'float32' | 'float64';

/** The typed array that holds the elements of a {@link DType}. */
export type FloatArray = Float32Array | Float64Array;

/**
 * The number format of `data`; undefined for all that is no {@link FloatArray}. The name of its class
 * decides, since another realm, such as a frame of a page or a test in Jest, has classes of its own.
 */
export function dtypeOf(data: unknown): DType | undefined {
  const name = ArrayBuffer.isView(data) ? (data as FloatArray)[Symbol.toStringTag] : undefined;
  if (name === 'Float32Array') return 'float32';
  return name === 'Float64Array' ? 'float64' : undefined;
}

/** A zero-filled array of `length` elements. */
export function allocate(dtype: DType, length: number): FloatArray {
  return dtype === 'float32' ? new Float32Array(length) : new Float64Array(length);
}
