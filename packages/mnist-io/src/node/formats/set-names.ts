/** The sets that a data set may have, and how they are told by names of files. */

/** Names of the sets that a data set may have. */
export const SET_NAMES = ['train', 'validation', 'test'] as const;

/** One of {@link SET_NAMES}. */
export type SetName = (typeof SET_NAMES)[number];

/** The set that a name speaks of, of a file or an array. */
export function splitOf(file: string): SetName {
  const name = file.split(/[/\\]/).at(-1)!;
  if (/test|t10k/i.test(name)) return 'test';
  return /(^|[^a-z])val(id(ation)?)?([^a-z]|$)/i.test(name) ? 'validation' : 'train';
}
