/** Checks of options, the same in all packages; each message names the option. */
import { OptionError } from './errors.ts';
import { didYouMean } from './nearest-name.ts';

/** The range of a number, which is always finite. */
export interface NumberLimits {
  readonly least?: number;
  readonly above?: number;
  readonly most?: number;
  readonly below?: number;
}

/** Most characters of a value in a message. */
const LONGEST = 80;

/** `Object`, `Array`, `Map` and so on: what a value is, of whatever realm. */
export const kindOf = (value: unknown): string =>
  Object.prototype.toString.call(value).slice('[object '.length, -1);

/** A value as messages show it: short, whatever it is. */
export function shown(value: unknown): string {
  if (typeof value === 'function') return `the function ${value.name}`.trimEnd();
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value !== 'object' || value === null) {
    const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
    return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
  }
  const kind = kindOf(value);
  if (kind !== 'Array' && kind !== 'Object') return `${kind}${sizeIn(value)}`;
  return jsonOf(value) ?? (kind === 'Array' ? `a list${sizeIn(value)}` : `an object`);
}

/** As JSON, if that is possible and short. */
function jsonOf(value: object): string | undefined {
  if (Array.isArray(value) && value.length > LONGEST) return undefined;
  try {
    const text = JSON.stringify(value);
    return text.length <= LONGEST ? text : undefined;
  } catch {
    return undefined;
  }
}

function sizeIn(value: { readonly length?: unknown; readonly byteLength?: unknown }): string {
  const { byteLength, length = byteLength } = value;
  return typeof length === 'number' ? ` of ${length}` : '';
}

function lies(value: unknown, limits: NumberLimits): value is number {
  const { least = -Infinity, above = -Infinity, most = Infinity, below = Infinity } = limits;
  const x = Number.isFinite(value) ? (value as number) : NaN;
  return x >= least && x > above && x <= most && x < below;
}

function limitsInWords({ least, above, most, below }: NumberLimits): string {
  if (least !== undefined && most !== undefined) return ` from ${least} to ${most}`;
  const words = Object.entries({ 'of at least': least, above, 'of at most': most, below })
    .filter(([, limit]) => limit !== undefined)
    .map((limit) => limit.join(' '));
  return ` ${words.join(' and ')}`.trimEnd();
}

/** Whether `value` is a list: an array or a typed one, of whatever realm. */
export const isList = (value: unknown): value is readonly unknown[] =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value);

/**
 * A number within `limits`.
 * @param where - names the option, such as `dropout rate`.
 * @throws OptionError for anything else.
 */
export function numberOption(value: unknown, limits: NumberLimits, where: string): number {
  if (lies(value, limits)) return value;
  const isOpen = limits.most === undefined && limits.below === undefined;
  throw new OptionError(
    `${where}: expected a ${isOpen ? 'finite ' : ''}number${limitsInWords(limits)}; received ${shown(value)}.`,
  );
}

/**
 * A whole number within `limits`.
 * @throws OptionError for anything else.
 */
export function integerOption(value: unknown, limits: NumberLimits, where: string): number {
  if (Number.isSafeInteger(value) && lies(value, limits)) return value;
  throw new OptionError(
    `${where}: expected a whole number${limitsInWords(limits)}; received ${shown(value)}.`,
  );
}

/**
 * A whole number of at least 1.
 * @throws OptionError for anything else.
 */
export function positiveInteger(value: unknown, where: string): number {
  return integerOption(value, { least: 1 }, where);
}

/**
 * `true` or `false`.
 * @throws OptionError for anything else.
 */
export function booleanOption(value: unknown, where: string): boolean {
  if (typeof value === 'boolean') return value;
  throw new OptionError(`${where}: expected true or false; received ${shown(value)}.`);
}

/**
 * One of `choices`.
 * @throws OptionError for anything else.
 */
export function choiceOption<const T extends string>(
  value: unknown,
  choices: readonly T[],
  where: string,
): T {
  const choice = choices.find((name) => name === value);
  if (choice !== undefined) return choice;
  const hint = typeof value === 'string' ? didYouMean(value, choices) : '';
  throw new OptionError(
    `${where}: expected one of ${choices.join(', ')}; received ${shown(value)}.${hint}`,
  );
}

/** A list, as {@link isList} has it. @throws OptionError for anything else. */
export function listOption<T>(value: T, where: string): T {
  if (isList(value)) return value;
  throw new OptionError(`${where}: expected a list; received ${shown(value)}.`);
}

/** A text. @throws OptionError for anything else. */
export function textOption(value: unknown, where: string): string {
  if (typeof value === 'string') return value;
  throw new OptionError(`${where}: expected a text; received ${shown(value)}.`);
}

/** A function to call. @throws OptionError for anything else, such as a class. */
export function functionOption<T>(value: T, where: string): T {
  const isClass = typeof value === 'function' && /^class\b/.test(sourceOf(value));
  if (typeof value === 'function' && !isClass) return value;
  throw new OptionError(`${where}: expected a function; received ${shown(value)}.`);
}

const sourceOf = (value: object): string => Function.prototype.toString.call(value);

/** A signal that ends work, of whatever realm, or none. @throws OptionError for anything else. */
export function signalOption(signal: AbortSignal | undefined, where: string): void {
  if (signal === undefined) return;
  const { throwIfAborted } = Object(signal) as { readonly throwIfAborted: unknown };
  functionOption(throwIfAborted, `${where} signal.throwIfAborted`);
}

/** An object of options. @throws OptionError for anything else. */
export function objectOption(value: unknown, where: string): object {
  if (kindOf(value) === 'Object') return value as object;
  throw new OptionError(`${where}: expected an object of options; received ${shown(value)}.`);
}

/**
 * Checks that all `options` are among `names`, so that none is passed over for its spelling. An option
 * that is undefined is none.
 * @param where - names what they are for.
 * @throws OptionError that names the nearest one.
 */
export function checkOptionNames(options: unknown, names: readonly string[], where: string): void {
  for (const [name, value] of Object.entries(objectOption(options, where))) {
    if (value !== undefined) choiceOption(name, names, `${where} option`);
  }
}

type Words<Text extends string> = Text extends `${infer First} ${infer Rest}`
  ? First | Words<Rest>
  : Text;

/** A text whose words are the names of the options `T`, all of them and no others. */
export type NamesOf<T, Text extends string> = [Words<Text>, keyof T] extends [keyof T, Words<Text>]
  ? Text
  : { readonly missing: Exclude<keyof T, Words<Text>> };

/**
 * The same for options whose names the compiler knows.
 * @example
 * ```ts
 * checkOptions(options, 'patience minDelta', 'earlyStopping');
 * ```
 */
export function checkOptions<T extends object, const Text extends string>(
  options: T,
  names: Text & NamesOf<NoInfer<T>, Text>,
  where: string,
): void {
  checkOptionNames(options, names.split(' '), where);
}
