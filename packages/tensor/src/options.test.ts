import { describe, expect, test } from 'vitest';
import { ConvnetError, OptionError } from './errors.ts';
import {
  booleanOption,
  choiceOption,
  functionOption,
  integerOption,
  numberOption,
  positiveInteger,
  signalOption,
} from './options.ts';

describe('numbers', () => {
  test.each([
    [0, { least: 0 }],
    [0.5, { least: 0, below: 1 }],
    [1, { least: 0, most: 1 }],
    [Number.MIN_VALUE, { above: 0 }],
    [-3.5, {}],
  ])('%s lies within %o', (value, limits) => {
    expect(numberOption(value, limits, 'rate')).toBe(value);
  });

  test.each([
    [-1, { least: 0 }, 'a finite number of at least 0; received -1.'],
    [1, { least: 0, below: 1 }, 'a number of at least 0 and below 1; received 1.'],
    [1.1, { least: 0, most: 1 }, 'a number from 0 to 1; received 1.1.'],
    [0, { above: 0 }, 'a finite number above 0; received 0.'],
    [0, { above: 0, below: 1 }, 'a number above 0 and below 1; received 0.'],
    [Infinity, { least: 0 }, 'a finite number of at least 0; received Infinity.'],
    [-Infinity, { most: 0 }, 'a number of at most 0; received -Infinity.'],
    [NaN, {}, 'a finite number; received NaN.'],
    ['1', { least: 0 }, 'a finite number of at least 0; received "1".'],
    [undefined, { least: 0 }, 'a finite number of at least 0; received undefined.'],
  ])('%s is refused within %o', (value, limits, message) => {
    expect(() => numberOption(value, limits, 'rate')).toThrow(
      new OptionError(`rate: expected ${message}`),
    );
  });
});

describe('whole numbers', () => {
  test('are returned', () => {
    expect(positiveInteger(1, 'units')).toBe(1);
    expect(integerOption(0, { least: 0, most: 32 }, 'threads')).toBe(0);
  });

  test.each([0, -1, 1.5, NaN, Infinity, 2 ** 53, '3', null, [1]])('%j is refused', (value) => {
    expect(() => positiveInteger(value, 'units')).toThrow(
      /^units: expected a whole number of at least 1; received /,
    );
  });

  test('both limits are named', () => {
    expect(() => integerOption(33, { least: 1, most: 32 }, 'threads')).toThrow(
      'threads: expected a whole number from 1 to 32; received 33.',
    );
  });
});

test('choices and flags', () => {
  expect(choiceOption('same', ['valid', 'same'], 'padding')).toBe('same');
  expect(() => choiceOption('full', ['valid', 'same'], 'padding')).toThrow(
    'padding: expected one of valid, same; received "full".',
  );
  expect(booleanOption(false, 'center')).toBe(false);
  expect(() => booleanOption(0, 'center')).toThrow('center: expected true or false; received 0.');
});

test('functions that can be called, and signals', () => {
  expect(functionOption(Math.sin, 'change')).toBe(Math.sin);
  expect(() => functionOption(ConvnetError, 'change')).toThrow(
    'change: expected a function; received the function ConvnetError.',
  );
  signalOption(undefined, 'fit');
  signalOption(AbortSignal.abort(), 'fit');
  expect(() => {
    signalOption('' as never, 'fit');
  }).toThrow(OptionError);
});

test('an error tells its kind by class, name and code', () => {
  const error = new OptionError('units: expected more.');
  expect(error).toBeInstanceOf(ConvnetError);
  expect(error).toMatchObject({ name: 'OptionError', code: 'bad-option' });
});
