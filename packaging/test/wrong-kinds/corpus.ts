/** Values of every kind, from JavaScript, JSON and other copies of a package. */

/** An error of the caller's own, which may pass through. */
export class OwnError extends Error {}

const refuse = (): never => {
  throw new OwnError('thrown by the caller');
};

const typedArrays = [
  ...[Uint8Array, Int8Array, Uint8ClampedArray, Uint16Array, Int16Array],
  ...[Uint32Array, Int32Array, Float32Array, Float64Array, BigInt64Array, BigUint64Array],
];

/** A Proxy whose every trap throws. */
const hostile = (): object =>
  new Proxy(
    {},
    Object.fromEntries(Object.getOwnPropertyNames(Reflect).map((trap) => [trap, refuse])),
  );

/** A list that holds itself. */
function circle(): unknown[] {
  const list: unknown[] = [];
  list.push(list);
  return list;
}

/** Lists within each other, `depth` times. */
function nested(depth: number): unknown {
  let list: unknown = 1;
  for (let i = 0; i < depth; i++) list = [list];
  return list;
}

/** @param foreign - what another copy of the packages makes. */
export function corpus(
  foreign: Readonly<Record<string, () => unknown>>,
): ReadonlyMap<string, () => unknown> {
  const numbers = [0, -0, 1, 2, 3, -1, 0.5, 1.5, NaN, Infinity, -Infinity, 1e9, 2 ** 31, 2 ** 53];
  const texts = ['', '0', '1', 'adam', '__proto__', 'toString', 'constructor', 'a/b', '\u001b[2J'];
  const large = 300_000;
  const values: Record<string, () => unknown> = {
    undefined: () => undefined,
    null: () => null,
    true: () => true,
    false: () => false,
    '1n': () => 1n,
    'a long text': () => 'x'.repeat(large),
    'a missing file': () => '/nonexistent/model.safetensors',
    'a symbol': () => Symbol('a symbol'),
    'a function': () => () => undefined,
    'a function that gives a number': () => () => 1,
    'a function that throws': () => refuse,
    'an async function': () => () => Promise.resolve(1),
    'a class': () => OwnError,
    '[]': () => [],
    '[0]': () => [0],
    '[1, 2]': () => [1, 2],
    '[2, 4]': () => [2, 4],
    '[0, -1]': () => [0, -1],
    '[1.5]': () => [1.5],
    '[1e9, 1e9]': () => [1e9, 1e9],
    '[1e5, 1e5]': () => [1e5, 1e5],
    '[null]': () => [null],
    '[undefined]': () => [undefined],
    '[a symbol]': () => [Symbol('in a list')],
    '[1n]': () => [1n],
    '["1"]': () => ['1'],
    '[[1], [2, 3]]': () => [[1], [2, 3]],
    '[{}]': () => [{}],
    '[null-prototype]': () => [Object.create(null) as unknown],
    'a sparse list': () => Object.assign(new Array<number>(1000), { 999: 1 }),
    'a huge sparse list': () => new Array<unknown>(2 ** 32 - 1),
    'a large list': () => new Array<number>(large).fill(1),
    'a large list of texts': () => new Array<string>(large).fill('x'),
    'a circle': circle,
    'a deep list': () => nested(100_000),
    '{}': () => ({}),
    '{ length: 2 }': () => ({ length: 2 }),
    '{ length: 2 ** 53 }': () => ({ length: 2 ** 53 }),
    '{ length: -1 }': () => ({ length: -1 }),
    '{ length: "2" }': () => ({ length: '2' }),
    '{ shape, data }': () => ({ shape: [2, 4], data: [1, 2, 3, 4] }),
    '{ then }': () => ({ then: 1 }),
    'an object without a prototype': () => Object.create(null) as unknown,
    'a frozen object': () => Object.freeze({ a: 1 }),
    'a getter that throws': () =>
      Object.defineProperty({}, 'seed', { get: refuse, enumerable: true }),
    'toString that throws': () => ({ toString: refuse, valueOf: refuse }),
    'toJSON that throws': () => ({ toJSON: refuse }),
    'a Proxy that throws': hostile,
    'a Proxy of nothing': () => new Proxy({}, {}),
    'a Map': () => new Map([[0, 1]]),
    'a Set': () => new Set([0, 1]),
    'a Date': () => new Date(0),
    'an invalid Date': () => new Date(NaN),
    'a regular expression': () => /x/,
    'an Error': () => new Error('of the caller'),
    'a Promise': () => Promise.resolve(1),
    'an iterator': () => [1, 2][Symbol.iterator](),
    'an ArrayBuffer': () => new ArrayBuffer(16),
    'a SharedArrayBuffer': () => new SharedArrayBuffer(16),
    'a DataView': () => new DataView(new ArrayBuffer(16)),
    'an AbortSignal': () => new AbortController().signal,
    'a boxed number': () => Object(1) as unknown,
    'a boxed text': () => Object('1') as unknown,
    ...Object.fromEntries(numbers.map((x) => [Object.is(x, -0) ? '-0' : String(x), () => x])),
    ...Object.fromEntries(texts.map((text) => [JSON.stringify(text), () => text])),
    ...Object.fromEntries(typedArrays.map((array) => [`${array.name} of 8`, () => new array(8)])),
    'Float32Array of none': () => new Float32Array(0),
    'Float32Array of NaN': () => new Float32Array(8).fill(NaN),
    'a large Uint8Array': () => new Uint8Array(large),
    'a resized Float32Array': () => structuredClone(new Float32Array(8), {}),
    'a detached Float32Array': () => {
      const array = new Float32Array(8);
      structuredClone(array, { transfer: [array.buffer] });
      return array;
    },
    ...foreign,
  };
  return new Map(Object.entries(values));
}
