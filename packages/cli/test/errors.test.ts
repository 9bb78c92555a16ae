import * as convnet from '@convnet/convnet';
import * as inference from '@convnet/convnet/inference';
import * as convnetNode from '@convnet/convnet/node';
import * as onnx from '@convnet/convnet/onnx';
import * as mnistIo from '@convnet/mnist-io';
import * as mnistIoNode from '@convnet/mnist-io/node';
import { expect, test } from 'vitest';

const isErrorClass = (value: unknown): value is typeof Error =>
  typeof value === 'function' && (value as typeof Error).prototype instanceof Error;

test('every error that a package exports has the one base', () => {
  const entries = { convnet, inference, convnetNode, onnx, mnistIo, mnistIoNode };
  const errors = Object.entries(entries).flatMap(([entry, names]) =>
    Object.entries<unknown>({ ...names }).flatMap(([name, value]) =>
      isErrorClass(value) ? [{ name: `${entry}.${name}`, value }] : [],
    ),
  );
  expect(errors.length).toBeGreaterThan(15);
  const { ConvnetError } = convnet;
  const strangers = errors.filter(
    ({ value }) =>
      value.prototype !== ConvnetError.prototype && !(value.prototype instanceof ConvnetError),
  );
  expect(strangers.map(({ name }) => name)).toEqual([]);
});
