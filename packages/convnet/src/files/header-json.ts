/**
 * The rules for the JSON of a safetensors header that `JSON.parse` does not know: every name once,
 * sizes and places in digits alone (no `4.0`, `1e0` or `-0`), names in Unicode, and no endless depth.
 */
import { shown } from '@convnet/tensor/inference';
import { ModelFileError } from './model-file-error.ts';

/** Most objects and lists within each other. */
const DEEPEST = 127;

/** Whether no half of a surrogate pair stands alone, which only an escape in JSON can say. */
export const isUnicode = (text: string): boolean => !/\p{Cs}/u.test(text);

/**
 * Goes through JSON once, character by character: whatever it is, the time grows with its length.
 * @throws ModelFileError for what `JSON.parse` lets pass and the format does not.
 */
export function checkHeaderJson(json: string): void {
  const open: Set<string>[] = [];
  let depth = 0;
  for (let at = 0; at < json.length; at++) {
    const character = json[at]!;
    if (character === '"') {
      const end = endOfString(json, at);
      if (isName(json, end)) checkName(JSON.parse(json.slice(at, end)) as string, open.at(-1));
      at = end - 1;
    } else if (character === '{' || character === '[') {
      if (character === '{') open.push(new Set());
      if (++depth > DEEPEST) throw invalid(`JSON of at most ${DEEPEST} levels`, 'more');
    } else if (character === '}' || character === ']') {
      if (character === '}') open.pop();
      depth--;
    } else if ('-.E'.includes(character) || (character === 'e' && json[at - 1]! <= '9')) {
      throw invalid('numbers of digits alone', shown(character));
    }
  }
}

const invalid = (expected: string, received: string): ModelFileError =>
  new ModelFileError(`header: expected ${expected}; received ${received}.`);

function checkName(name: string, others: Set<string> | undefined): void {
  if (others?.has(name)) throw invalid('every name once', `${shown(name)} twice`);
  if (!isUnicode(name)) throw invalid('names in Unicode', shown(name));
  others?.add(name);
}

/** The place behind the string that begins at `start`. */
function endOfString(json: string, start: number): number {
  for (let at = start + 1; at < json.length; at++) {
    if (json[at] === '\\') at++;
    else if (json[at] === '"') return at + 1;
  }
  return json.length;
}

/** Whether a colon follows. */
function isName(json: string, from: number): boolean {
  let at = from;
  while (at < json.length && ' \t\n\r'.includes(json[at]!)) at++;
  return json[at] === ':';
}
