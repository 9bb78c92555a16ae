/** Parsers of option values. Each refuses invalid values in one sentence that commander shows. */
import { InvalidArgumentError } from 'commander';

/** A whole number of at least `least` and at most `most`. */
export function wholeNumber(
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): (text: string) => number {
  const expected =
    most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Expected a whole number ${expected}.`);
  };
}

/** A whole number of at least 1, or `full`. */
export function batchSize(text: string): number | 'full' {
  if (text === 'full') return text;
  try {
    return wholeNumber(1)(text);
  } catch {
    throw new InvalidArgumentError("Expected a whole number of at least 1, or 'full'.");
  }
}

/** Largest side of an image, in pixels. */
const LARGEST_SIDE = 4096;

/** Width and height, such as 28x28. */
export function imageSize(text: string): { readonly width: number; readonly height: number } {
  const [, width, height] = /^([1-9]\d{0,3})x([1-9]\d{0,3})$/.exec(text)?.map(Number) ?? [];
  if (width !== undefined && height !== undefined && Math.max(width, height) <= LARGEST_SIDE) {
    return { width, height };
  }
  throw new InvalidArgumentError(
    `Expected width x height, such as 28x28, of at most ${LARGEST_SIDE} pixels each.`,
  );
}

/** A number above 0. */
export function positiveNumber(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('Expected a number above 0.');
}

/** A number from 0 up to, not including, 1. */
export function share(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value < 1) return value;
  throw new InvalidArgumentError('Expected a number of at least 0 and below 1.');
}

/** A number from 0 to 1, such as 0.98. */
export function accuracy(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError('Expected a number from 0 to 1, such as 0.98.');
}

/** Other names of options. */
const ALIASES: ReadonlyMap<string, string> = new Map([['--dataset', '--data']]);

/**
 * Options in camelCase mean the same as in kebab-case: Nx keeps `--batchSize 64` but drops
 * `--batch-size 64` unless it stands after `--`. So do other names of options.
 */
export function kebabCaseOptions(args: readonly string[], known: ReadonlySet<string>): string[] {
  const end = args.indexOf('--');
  return args.map((arg, i) => {
    if (!arg.startsWith('--') || (end >= 0 && i >= end)) return arg;
    const [name = '', ...value] = arg.split('=');
    const kebab = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const option = ALIASES.get(kebab) ?? kebab;
    return known.has(option) ? [option, ...value].join('=') : arg;
  });
}
