/** JSON with sorted keys, so that equal values have equal text. */

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, part]) => [key, sorted(part)]));
}

/** `value` as JSON whose objects list their keys in code unit order. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value));
}
