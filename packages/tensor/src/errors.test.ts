import { expect, test, vi } from 'vitest';
import { ConvnetError, isConvnetError, isErrorNamed, OptionError, ShapeError } from './errors.ts';

vi.resetModules();
const other = await import('./errors.ts');

test('errors of another copy are known by what they say, not by their class', () => {
  const error: unknown = new other.OptionError('x');
  expect(error).not.toBeInstanceOf(ConvnetError);
  expect(isConvnetError(error)).toBe(true);
  expect(isErrorNamed<OptionError>(error, 'OptionError')).toBe(true);
  expect(isErrorNamed<ShapeError>(error, 'ShapeError')).toBe(false);
});

test('what else is thrown is none of them', () => {
  const system = Object.assign(new Error('x'), { code: 'ENOENT' });
  const named = Object.assign(new Error('x'), { name: 'OptionError' });
  const plain = { name: 'OptionError', code: 'bad-option', message: 'x' };
  const others: unknown[] = [system, named, plain, new RangeError('x'), null, undefined, 'x', 1];
  expect(others.filter((error) => isConvnetError(error))).toEqual([]);
});
