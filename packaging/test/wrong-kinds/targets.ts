/** Every function, class and method that the packages export, found by looking at what they export. */
import * as convnet from '@convnet/convnet';
import * as inference from '@convnet/convnet/inference';
import * as anyInference from '@convnet/convnet/inference/all';
import * as node from '@convnet/convnet/node';
import * as onnx from '@convnet/convnet/onnx';
import * as images from '@convnet/mnist-io';
import * as imageFiles from '@convnet/mnist-io/node';
import * as server from '@convnet/server';
import * as tensor from '@convnet/tensor';
import { given, instances, recipes } from './recipes.ts';

/** Something that can be called. */
export interface Target {
  readonly name: string;
  /** Arguments that it takes. */
  readonly recipe: () => unknown[];
  readonly call: (args: readonly unknown[]) => unknown;
}

type Callable = (...args: readonly unknown[]) => unknown;

/** What is not called, and why. */
const SKIPPED: Readonly<Record<string, string>> = {
  referenceKernels: 'kernels check nothing: layers call them, with tensors that they have made',
  'Layer#build': 'called by networks alone',
  'Layer#connect': 'called by networks alone',
  'Layer#forward': 'called by networks alone',
  'Layer#backward': 'called by networks alone',
  'Layer#forwardPass': 'called by networks alone',
  'Layer#backwardPass': 'called by networks alone',
  'Layer#addParameter': 'called by layers alone',
  'Layer#addState': 'called by layers alone',
  'Optimizer#statesOf': 'called by training alone',
  'Optimizer#apply': 'called by training alone',
  'Optimizer#update': 'called by training alone',
  'Optimizer#ratesOf': 'called by training alone',
  'Optimizer#release': 'called by training alone',
  allocate: 'takes what checkShape and choiceOption have seen',
  sizeOf: 'takes what checkShape has seen',
  sameShape: 'takes what checkShape has seen',
  stridesOf: 'takes what checkShape has seen',
  formatShape: 'takes what checkShape has seen',
  windowGeometry: 'takes what layers have checked',
  coveredByWindows: 'takes what windowGeometry made',
  'Layer#multiplyAdds': 'called by networks alone',
  'Random#uniform': 'draws every weight and every pixel, and so does arithmetic alone',
  'Random#normal': 'draws every weight, and so does arithmetic alone',
  'Random#shuffle': 'takes as long as its list, which may be long',
  'new InferenceModel': 'made by decodeModel alone',
  'new TrainableNetwork': 'made by sequential and functional alone',
  'new Model': 'made by sequential and functional alone',
  math: 'formulas of layers, which kernels check when they are called',
  operand: 'a part of formulas',
  fromHalf: 'goes over every number of a file, and so does arithmetic alone',
  crc32: 'goes over whole files, and takes what asBytes has seen',
  printable: 'takes texts: errors are made by it',
  checkRegularFile: "passes the file system's errors on",
};

/** What ends what a function began, before the next call. */
const ENDED: Readonly<Record<string, (answer: unknown) => unknown>> = {
  startServer: (answer) => (answer as server.RunningServer).close(),
  createIdxFile: (answer) => (answer as imageFiles.IdxFileWriter).discard(),
  openIdxFile: (answer) => (answer as images.IdxStream).close(),
  openIdxStream: (answer) => (answer as images.IdxStream).close(),
};

/** Checks: what they check may be anything, how they do is in the program. */
const CHECKS = [
  ...['asBytes', 'booleanOption', 'checkOptionNames', 'checkOptions', 'checkShape', 'choiceOption'],
  ...['functionOption', 'integerOption', 'listOption', 'numberOption', 'objectOption'],
  ...['positiveInteger', 'signalOption', 'textOption'],
];

const isClass = (value: unknown): value is new (...args: readonly unknown[]) => object =>
  typeof value === 'function' && /^class\b/.test(Function.prototype.toString.call(value));

function methodsOf(prototype: object): string[] {
  const names: string[] = [];
  for (let at = prototype; at !== Object.prototype; at = Object.getPrototypeOf(at) as object) {
    for (const name of Object.getOwnPropertyNames(at)) {
      const value: unknown = Object.getOwnPropertyDescriptor(at, name)!.value;
      if (name !== 'constructor' && typeof value === 'function') names.push(name);
    }
  }
  return [...new Set(names)];
}

function* targetsOf(name: string, value: unknown): Generator<Target> {
  if (Object.hasOwn(SKIPPED, name)) return;
  const target = (named: string, call: Target['call']): Target => ({
    name: named,
    recipe: recipes[named] ?? recipes[named.replace(/^.*\./, '')] ?? (() => [{}]),
    call,
  });
  if (isClass(value)) {
    if (value.prototype instanceof Error) return;
    if (!Object.hasOwn(SKIPPED, `new ${name}`)) {
      yield target(`new ${name}`, (args) => new value(...args));
    }
    for (const key of Object.getOwnPropertyNames(value)) {
      const method: unknown = Reflect.get(value, key);
      if (typeof method !== 'function' || key === 'prototype') continue;
      yield target(`${name}.${key}`, (args) => Reflect.apply(method as Callable, value, args));
    }
    const instance = instances[name];
    if (!instance) return;
    for (const key of methodsOf(value.prototype as object)) {
      if (Object.hasOwn(SKIPPED, `${name}#${key}`) || Object.hasOwn(SKIPPED, `Layer#${key}`))
        continue;
      yield target(`${name}#${key}`, (args) => {
        const object = instance();
        return Reflect.apply(Reflect.get(object, key) as Callable, object, args);
      });
    }
  } else if (typeof value === 'function') {
    const isCheck = CHECKS.includes(name);
    const end = ENDED[name];
    yield target(name, ([first, ...others]) => {
      const answer = (value as Callable)(first, ...(isCheck ? recipes[name]!().slice(1) : others));
      return end && answer instanceof Promise ? answer.then(end) : answer;
    });
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, part] of Object.entries(value)) {
      if (typeof part === 'function') yield* targetsOf(`${name}.${key}`, part);
    }
  }
}

/** Methods of objects that functions give, whose classes are not exported. */
const ofGiven = Object.entries(given).map(([name, each]): Target => ({ name, ...each }));

/** All of them, each once, though several packages may export it. */
export function allTargets(): Target[] {
  const modules = {
    tensor,
    convnet,
    inference,
    anyInference,
    node,
    onnx,
    images,
    imageFiles,
    server,
  };
  const exported = new Set<unknown>();
  const found = Object.values(modules).flatMap((module) =>
    Object.entries(module).flatMap(([name, value]) => {
      if (exported.has(value)) return [];
      exported.add(value);
      return [...targetsOf(name, value)];
    }),
  );
  return [...found, ...ofGiven];
}
