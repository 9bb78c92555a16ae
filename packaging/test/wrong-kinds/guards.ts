/** What no call may do: take gigabytes, or end without an answer. Imported first. */

/** The largest array that a call may make, in bytes. */
const MOST_BYTES = 2 ** 31;

/** What a call did that no call may; empty again after it was read. */
const broken: string[] = [];

/** What was done since the last time. */
export function takeBroken(): string[] {
  return broken.splice(0);
}

function guarded<T extends new (...args: never[]) => ArrayBuffer | ArrayBufferView>(
  constructor: T,
  bytesEach: number,
): T {
  return new Proxy(constructor, {
    construct(target, args: never[], newTarget) {
      const [length] = args as unknown[];
      if (typeof length === 'number' && length * bytesEach > MOST_BYTES) {
        broken.push(`made ${target.name} of ${length} at once`);
        throw new RangeError('too large for this test');
      }
      return Reflect.construct(target, args, newTarget) as ArrayBuffer;
    },
  });
}

const arrays = [
  ...[Uint8Array, Int8Array, Uint8ClampedArray, Uint16Array, Int16Array],
  ...[Uint32Array, Int32Array, Float32Array, Float64Array],
];
for (const constructor of arrays) {
  const name = constructor.name;
  Object.assign(globalThis, {
    [name]: guarded(constructor as never, constructor.BYTES_PER_ELEMENT),
  });
}
Object.assign(globalThis, {
  ArrayBuffer: guarded(ArrayBuffer, 1),
  SharedArrayBuffer: guarded(SharedArrayBuffer as never, 1),
});
