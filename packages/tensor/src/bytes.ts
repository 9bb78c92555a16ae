/** Bytes from callers, who have them in several forms. */
import { OptionError } from './errors.ts';
import { kindOf, shown } from './options.ts';

/**
 * `value` as bytes, without copying them: a Uint8Array, of this realm or another, or an ArrayBuffer as
 * `fetch` gives it.
 * @param where - names the argument.
 * @throws OptionError for anything else.
 */
export function asBytes(value: unknown, where: string): Uint8Array {
  const kind = kindOf(value);
  if (kind === 'Uint8Array') return value as Uint8Array;
  if (kind === 'ArrayBuffer') return new Uint8Array(value as ArrayBuffer);
  throw new OptionError(
    `${where}: expected bytes, as a Uint8Array or ArrayBuffer; received ${shown(value)}.`,
  );
}
