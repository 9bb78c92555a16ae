/**
 * Calls everything with values of the wrong kinds. The arguments are a seed, how many calls, the first of
 * them, and another copy of `@convnet/tensor`. Prints a line of JSON for each fault; what is being called it
 * writes to the fourth stream.
 */
import { takeBroken } from './guards.ts';
import { ConvnetError } from '@convnet/tensor';
import fc from 'fast-check';
import { writeSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { corpus, OwnError } from './corpus.ts';
import { model, x } from './recipes.ts';
import { allTargets, type Target } from './targets.ts';

const [seed, count, first, copy] = process.argv.slice(2) as [string, string, string, string];

/** The stream for what is being called. */
const PROGRESS = 3;
/** Longest time that a call may take, in ms. */
const MOST_MS = 5000;
const LONGEST_MESSAGE = 1000;

interface Copy {
  readonly Tensor: { from(values: unknown): unknown; zeros(shape: unknown): unknown };
}

const { Tensor: OtherTensor } = (await import(pathToFileURL(copy).href)) as Copy;
const values = corpus({
  'a tensor [2, 4]': x,
  'a tensor [0]': () =>
    new (x().constructor as never as new (...args: unknown[]) => object)(new Float32Array(0), [0]),
  'a tensor of another copy': () => OtherTensor.from([[1, 2, 3, 4]]),
  'a tensor [3, 3, 3] of another copy': () => OtherTensor.zeros([3, 3, 3]),
  'a model': model,
});

/** For what may never answer. */
const later = (): Promise<string> =>
  new Promise((resolve) =>
    setTimeout(resolve, MOST_MS, `has not answered in ${MOST_MS} ms`).unref(),
  );

/** The options that a call takes: it names them when it refuses another. */
async function optionsOf(target: Target, place: number): Promise<readonly string[]> {
  const args = target.recipe();
  args[place] = { ...(args[place] as object), notAnOption: 1 };
  try {
    await Promise.race([target.call(args), later()]);
  } catch (error) {
    const listed = /expected one of ([\w, ]+); received "notAnOption"/.exec(
      (error as Error).message,
    );
    if (listed) return listed[1]!.split(', ');
  }
  return [];
}

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

interface Change {
  readonly place: number;
  readonly key: number;
  readonly value: string;
}

/** A call: right arguments of which some are changed, or any arguments at all. */
interface Call {
  readonly target: number;
  readonly changes: readonly Change[];
  readonly any: readonly string[] | undefined;
}

const targets = allTargets();
const names = [...values.keys()];
const calls = fc.sample(
  fc.record<Call>({
    target: fc.integer({ min: 0, max: targets.length - 1 }),
    changes: fc.array(
      fc.record({ place: fc.nat(9), key: fc.nat(99), value: fc.constantFrom(...names) }),
      { minLength: 1, maxLength: 3 },
    ),
    any: fc.option(fc.array(fc.constantFrom(...names), { maxLength: 5 }), {
      nil: undefined,
      freq: 4,
    }),
  }),
  { seed: Number(seed), numRuns: Number(count) },
);

const known = new Map<string, readonly string[]>();
async function keysAt(target: Target, place: number, argument: object): Promise<readonly string[]> {
  const key = `${target.name} ${place}`;
  if (!known.has(key)) known.set(key, await optionsOf(target, place));
  return [...known.get(key)!, ...Object.keys(argument)];
}

async function argumentsOf(call: Call): Promise<{ args: unknown[]; text: string }> {
  const target = targets[call.target]!;
  if (call.any) {
    return { args: call.any.map((name) => values.get(name)!()), text: call.any.join(', ') };
  }
  const args = target.recipe();
  const texts: string[] = [];
  const replaced = new Set<number>();
  for (const { place, key, value } of call.changes) {
    const at = place % Math.max(1, args.length);
    const argument = args[at];
    const keys =
      !replaced.has(at) && isPlain(argument) && key % 8 > 0
        ? await keysAt(target, at, argument)
        : [];
    if (keys.length > 0) {
      const option = keys[key % keys.length]!;
      args[at] = { ...(argument as object), [option]: values.get(value)!() };
      texts.push(`${at}.${option}: ${value}`);
    } else {
      args[at] = values.get(value)!();
      replaced.add(at);
      texts.push(`${at}: ${value}`);
    }
  }
  return { args, text: texts.join(', ') };
}

/** What functions of files pass on, as they say: the file system's own errors. */
const isOfFiles = (error: unknown): boolean => error instanceof Error && 'syscall' in error;

/** What is wrong with an error; nothing, if it is one of ours, or the caller's own. */
function faultOf(error: unknown): string | undefined {
  if (error instanceof OwnError || isOfFiles(error)) return undefined;
  if (!(error instanceof ConvnetError)) {
    const { stack } = error as Error;
    return `threw ${stack?.split('\n').slice(0, 4).join(' | ').slice(0, 500) ?? String(error)}`;
  }
  if (error.message.length > LONGEST_MESSAGE) return `a message of ${error.message.length}`;
  return undefined;
}

async function outcome(target: Target, args: readonly unknown[]): Promise<string | undefined> {
  try {
    const result = target.call(args);
    // Of the values a caller may have given, one can be thenable.
    const answer = result instanceof Promise ? result.then(() => undefined) : undefined;
    return answer && (await Promise.race([answer, later()]));
  } catch (error) {
    return faultOf(error);
  }
}

const print = (line: object): void => {
  writeSync(process.stdout.fd, `${JSON.stringify(line)}\n`);
};

let current = 'the beginning';
function report(index: number, fault: string): void {
  print({ index, call: current, fault });
}
process.on('uncaughtException', (error) => {
  if (!(error instanceof OwnError)) report(-1, `later: ${error.stack ?? String(error)}`);
});
process.on('unhandledRejection', (error) => {
  if (!(error instanceof OwnError))
    report(-1, `unhandled: ${String((error as Error).stack ?? error)}`);
});
// Some calls print.
console.log = console.warn = () => undefined;

// The timers above do not keep the process, so that what never answers does not, either.
setInterval(() => undefined, MOST_MS);

for (const [index, call] of calls.entries()) {
  if (index < Number(first)) continue;
  const target = targets[call.target]!;
  const { args, text } = await argumentsOf(call);
  current = `${target.name}(${text})`;
  writeSync(PROGRESS, `${JSON.stringify({ index, call: current })}\n`);
  const begun = performance.now();
  const fault = await outcome(target, args);
  const took = performance.now() - begun;
  if (fault !== undefined) report(index, fault);
  if (took > MOST_MS) report(index, `took ${Math.round(took)} ms`);
  for (const broken of takeBroken()) report(index, broken);
}
print({ targets: targets.map(({ name }) => name) });
process.exit(0);
