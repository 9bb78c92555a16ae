#!/usr/bin/env node
/** The `convnet` executable: runs the command line and exits with a code of `exit-codes.ts`. */
import { CommanderError } from 'commander';
import { exitCodes, explain, type ExitCode } from './exit-codes.ts';
import { createProgram, normalizeArguments } from './program.ts';

const interruption = new AbortController();
let signalCode: ExitCode | undefined;

/** The first signal ends training in good order, a second one at once. */
function stopOn(signal: NodeJS.Signals, code: ExitCode): void {
  process.on(signal, () => {
    if (signalCode !== undefined) process.exit(code);
    signalCode = code;
    interruption.abort();
  });
}

stopOn('SIGINT', exitCodes.interrupted);
stopOn('SIGTERM', exitCodes.terminated);

const program = createProgram(interruption.signal);
for (const command of [program, ...program.commands]) command.exitOverride();

try {
  await program.parseAsync(normalizeArguments(program, process.argv.slice(2)), { from: 'user' });
} catch (error) {
  process.exitCode = report(error);
}

function report(error: unknown): ExitCode {
  // Commander has printed its message itself.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  if (signalCode !== undefined) {
    process.stderr.write('interrupted: nothing was saved\n');
    return signalCode;
  }
  const known = explain(error);
  process.stderr.write(`error: ${known?.message ?? defect(error)}\n`);
  return known?.exitCode ?? exitCodes.unexpected;
}

/** With the stack: somebody has to find it. */
function defect(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
