/** Checks of options, the same in all packages; each message names the option. */
import { OptionError } from './errors.ts';

/** The range of a number, which is always finite. */
export interface NumberLimits {
  readonly least?: number;
  readonly above?: number;
  readonly most?: number;
  readonly below?: number;
}

/** A value as messages show it. */
export function shown(value: unknown): string {
  return typeof value === 'number' ? String(value) : JSON.stringify(value);
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
  throw new OptionError(
    `${where}: expected one of ${choices.join(', ')}; received ${shown(value)}.`,
  );
}
