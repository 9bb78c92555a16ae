/** Kernels on what lies in their own memory, and tensors of chance; in Node and in pages. */
import {
  Random,
  RandomStreams,
  Tensor,
  type DType,
  type FloatArray,
  type Kernels,
  type Shape,
} from '../src/index.ts';

/**
 * The kernels with every argument moved into their own memory and number format, and back: what
 * lies elsewhere they may leave to the reference.
 */
export function inOwnMemory(kernels: Kernels, dtype: DType): Kernels {
  return new Proxy(kernels, {
    get(target, name) {
      const kernel: unknown = Reflect.get(target, name);
      if (typeof kernel !== 'function') return kernel;
      return (...values: unknown[]): unknown => {
        const moved = new Map<FloatArray | Int32Array, FloatArray | Int32Array>();
        const movedTensors = new Map<Tensor, Tensor>();
        const move = (value: unknown): unknown => {
          if (value instanceof Tensor) {
            const own = movedTensors.get(value) ?? kernels.createTensor(value.shape, dtype);
            own.data.set(value.data);
            movedTensors.set(value, own);
            moved.set(value.data, own.data);
            return own;
          }
          if (value instanceof Random) return value;
          if (value instanceof Uint8Array) {
            const own = kernels.createBytes(value.length);
            own.set(value);
            return own;
          }
          if (value instanceof Int32Array) {
            const own = kernels.createIndices(value.length);
            own.set(value);
            moved.set(value, own);
            return own;
          }
          if (Array.isArray(value)) return value.map(move);
          const isUpdate = typeof value === 'object' && value !== null && !('padTop' in value);
          if (!isUpdate) return value;
          return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, move(part)]));
        };
        const result: unknown = Reflect.apply(kernel, target, values.map(move));
        for (const [from, to] of moved) from.set(to);
        return result;
      };
    },
  });
}

const random = new RandomStreams(1).stream('kernels test');

/** Normal numbers. */
export function randomTensor(shape: Shape): Tensor {
  const tensor = Tensor.zeros(shape, 'float64');
  for (let i = 0; i < tensor.size; i++) tensor.data[i] = random.normal();
  return tensor;
}
