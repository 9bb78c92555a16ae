/** Bytes from callers, who have them in several forms. */
import { OptionError } from './errors.ts';
import { shown } from './options.ts';

/**
 * `value` as bytes, without copying them: a Uint8Array, of this realm or another, or an ArrayBuffer as
 * `fetch` gives it.
 * @param where - names the argument.
 * @throws OptionError for anything else.
 */
export function asBytes(value: unknown, where: string): Uint8Array {
  const tag = Object.prototype.toString.call(value);
  if (tag === '[object Uint8Array]') return value as Uint8Array;
  if (tag === '[object ArrayBuffer]') return new Uint8Array(value as ArrayBuffer);
  throw new OptionError(
    `${where}: expected bytes, as a Uint8Array or ArrayBuffer; received ${shown(value)}.`,
  );
}
