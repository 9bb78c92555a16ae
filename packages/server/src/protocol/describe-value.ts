/**
 * Describes a value from a client in a few words, for an error message. Never the whole of it: it may be
 * megabytes, or nested too deeply for anything recursive.
 */

const LONGEST_TEXT = 60;
const LONGEST_LIST = 8;

/** Text in quotes, shortened, control characters escaped. */
export function quote(text: string): string {
  return JSON.stringify(text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text);
}

/** A JSON value in a few words. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value === null) return 'null';
  if (!Array.isArray(value)) return 'an object';
  const isShort = value.length <= LONGEST_LIST && value.every((item) => typeof item === 'number');
  return isShort ? `[${value.join(', ')}]` : `a list of ${value.length}`;
}
