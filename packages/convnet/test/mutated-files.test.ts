/** Model files in which something was changed at random: they load and predict, or are refused by a typed error. */
import { Tensor } from '@convnet/tensor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  averagePooling2d,
  batchNormalization,
  conv2d,
  createKernels,
  decodeModel,
  dense,
  depthwiseConv2d,
  dropout,
  elu,
  encodeModel,
  globalAveragePooling2d,
  layerNormalization,
  leakyRelu,
  loadWeights,
  ModelFileError,
  readSafetensors,
  separableConv2d,
  sequential,
  writeSafetensors,
  zeroPadding2d,
} from '../src/index.ts';
import { knottyNetwork } from './branching-networks.ts';

const kernels = createKernels('simd', { threads: 1 });

const chain = () =>
  sequential({
    inputShape: [6, 6, 2],
    layers: [
      zeroPadding2d(),
      conv2d({ filters: 2, kernelSize: 3, padding: 'same' }),
      depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, padding: 'same' }),
      batchNormalization(),
      leakyRelu(),
      averagePooling2d({ padding: 'same', strides: 1 }),
      separableConv2d({ filters: 3, kernelSize: 2, dilationRate: 2 }),
      layerNormalization(),
      elu(),
      globalAveragePooling2d(),
      dropout({ rate: 0.2 }),
      dense({ units: 3, activation: 'softmax' }),
    ],
    seed: 1,
    kernels,
  });

const files = [chain(), knottyNetwork({ seed: 1, kernels })].map((model) => encodeModel(model));

/** What a mutation puts in the place of a value. */
const strangers: readonly unknown[] = [
  ...[0, -1, 1, 2, 3, 7, 1.5, 100, 2 ** 15, 2 ** 16, 2 ** 24, 1e9, 2 ** 31, 2 ** 53 - 1, 1e308],
  ...['', 'input', 'relu', 'conv2d', 'same', '__proto__', 'x'.repeat(5000), '\u001b[2J'],
  ...[null, true, false, [], {}, [1e9, 1e9], [[]], { type: 'relu', name: 'relu1' }],
];

/** Sizes that are whole numbers, and larger than anything here. */
const large = [2 ** 15, 2 ** 16, 2 ** 20, 2 ** 24, 1e9, 2 ** 31, 2 ** 53 - 1];

/** Every place of a value in `json`: the object or list that has it, and its key. */
function placesIn(json: unknown): (readonly [Record<string, unknown>, string])[] {
  if (typeof json !== 'object' || json === null) return [];
  const parent = json as Record<string, unknown>;
  return Object.keys(parent).flatMap((key) => [[parent, key] as const, ...placesIn(parent[key])]);
}

interface Mutation {
  readonly place: number;
  readonly other: number;
  readonly stranger: number;
  readonly kind: 'enlarge' | 'replace' | 'remove' | 'swap' | 'repeat';
}

function mutate(json: unknown, { place, other, stranger, kind }: Mutation): void {
  const places = placesIn(json);
  if (places.length === 0) return;
  const [parent, key] = places[place % places.length]!;
  const [from, fromKey] = places[other % places.length]!;
  if (kind === 'enlarge') {
    const numbers = places.filter(([each, name]) => typeof each[name] === 'number');
    const [owner, name] = numbers[place % numbers.length] ?? [parent, key];
    owner[name] = large[stranger % large.length];
  } else if (kind === 'replace')
    parent[key] = structuredClone(strangers[stranger % strangers.length]);
  else if (kind === 'remove') {
    if (Array.isArray(parent)) parent.splice(Number(key), 1);
    else Reflect.deleteProperty(parent, key);
  } else if (kind === 'swap') parent[key] = structuredClone(from[fromKey]);
  else if (Array.isArray(parent))
    parent.splice(Number(key), 0, structuredClone(parent[Number(key)]));
}

const number = fc.nat({ max: 10_000 });
const mutation: fc.Arbitrary<Mutation> = fc.record({
  place: number,
  other: number,
  stranger: number,
  kind: fc.constantFrom(
    'enlarge',
    'enlarge',
    'enlarge',
    'replace',
    'replace',
    'remove',
    'swap',
    'repeat',
  ),
});

/** The error of `call`; `undefined` if there is none. */
function errorOf(call: () => unknown): unknown {
  try {
    call();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** A refusal in few words, of a kind that programs know. */
function expectRefusal(error: unknown): void {
  expect(error).toBeInstanceOf(ModelFileError);
  expect((error as Error).message.length).toBeLessThanOrEqual(1000);
}

describe('a file with a changed architecture loads and predicts, or is refused', () => {
  test.each([
    ['a chain', files[0]!],
    ['a graph', files[1]!],
  ])('%s', (_, bytes) => {
    const { tensors, metadata } = readSafetensors(bytes);
    const config = metadata.get('convnet.config')!;
    let loaded = 0;
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 2 }), (mutations) => {
        const json = JSON.parse(config) as unknown;
        mutations.forEach((each) => {
          mutate(json, each);
        });
        const changed = new Map(metadata);
        changed.delete('convnet.crc32');
        changed.set('convnet.config', JSON.stringify(json));
        const file = writeSafetensors({ tensors, metadata: changed });
        let model;
        try {
          model = decodeModel(file, { kernels });
        } catch (error) {
          expectRefusal(error);
          return;
        }
        loaded += 1;
        const { shape } = model.predict(Tensor.zeros([1, ...model.inputShape]));
        expect(shape).toEqual([1, ...model.outputShape]);
        model.dispose();
      }),
      { numRuns: 400, seed: 1 },
    );
    expect(loaded).toBeGreaterThan(20);
  });
});

test('a file with changed bytes is refused', () => {
  const bytes = files[0]!;
  const change = fc.record({
    at: fc.oneof(fc.nat({ max: 400 }), fc.nat({ max: bytes.length - 1 })),
    with: fc.uint8Array({ maxLength: 12 }),
    removed: fc.nat({ max: 12 }),
  });
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
      let file = bytes;
      for (const { at, with: inserted, removed } of changes) {
        const rest = file.subarray(Math.min(file.length, at + removed));
        file = Uint8Array.from([...file.subarray(0, at), ...inserted, ...rest]);
      }
      const isSame = file.length === bytes.length && file.every((byte, i) => byte === bytes[i]);
      for (const read of [
        () => readSafetensors(file),
        () => loadWeights(chain(), file),
        () => decodeModel(file, { kernels }),
      ]) {
        const error = errorOf(read);
        if (error !== undefined) expectRefusal(error);
      }
      if (!isSame) expectRefusal(errorOf(() => decodeModel(file, { kernels })));
    }),
    { numRuns: 150, seed: 1 },
  );
});
