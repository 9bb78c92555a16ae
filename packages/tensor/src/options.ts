/** Checks of options, the same in all packages; each message names the option. */
import { OptionError } from './errors.ts';

/** What a number may be. Without `most` and `below` it is finite. */
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

function lies(value: number, { least, above, most, below = Infinity }: NumberLimits): boolean {
  return (
    value >= (least ?? -Infinity) &&
    value > (above ?? -Infinity) &&
    value <= (most ?? Infinity) &&
    value < below
  );
}

function limitsInWords({ least, above, most, below }: NumberLimits): string {
  if (least !== undefined && most !== undefined) return ` from ${least} to ${most}`;
  const parts = [
    ...(least === undefined ? [] : [`of at least ${least}`]),
    ...(above === undefined ? [] : [`above ${above}`]),
    ...(most === undefined ? [] : [`of at most ${most}`]),
    ...(below === undefined ? [] : [`below ${below}`]),
  ];
  return parts.length === 0 ? '' : ` ${parts.join(' and ')}`;
}

/**
 * A number within `limits`.
 * @param where - names the option, such as `dropout rate`.
 * @throws OptionError for anything else.
 */
export function numberOption(value: unknown, limits: NumberLimits, where: string): number {
  if (typeof value === 'number' && lies(value, limits)) return value;
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
  if (Number.isSafeInteger(value) && lies(value as number, limits)) return value as number;
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
