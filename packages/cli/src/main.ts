#!/usr/bin/env node
/** The `convnet` executable: runs the command line and exits with one of `EXIT_CODES`. */
import { printable, isErrorNamed } from '@convnet/convnet';
import { EXIT_CODES, type ProgramError, type ExitCode } from '@convnet/convnet/node';
import { CommanderError } from 'commander';
import { printableLines } from './display/output.ts';
import { explain } from './explain-error.ts';
import { allCommands, createProgram, normalizeArguments } from './program.ts';
import { quietWhenClosed } from './quiet-when-closed.ts';

quietWhenClosed(process.stdout);
quietWhenClosed(process.stderr);

const interruption = new AbortController();
let signalCode: ExitCode | undefined;

/** The first signal ends a command in good order, a second one at once. */
function stopOn(signal: NodeJS.Signals, code: ExitCode): void {
  process.on(signal, () => {
    if (signalCode !== undefined) process.exit(code);
    signalCode = code;
    interruption.abort();
  });
}

stopOn('SIGINT', EXIT_CODES.interrupted);
stopOn('SIGTERM', EXIT_CODES.terminated);
stopOn('SIGHUP', EXIT_CODES.hungUp);

const program = createProgram(interruption.signal);
for (const command of allCommands(program)) command.exitOverride();

try {
  await program.parseAsync(normalizeArguments(program, process.argv.slice(2)), { from: 'user' });
} catch (error) {
  process.exitCode = report(error);
}

function report(error: unknown): ExitCode {
  // Commander has printed its message itself.
  if (error instanceof CommanderError)
    return error.exitCode === 0 ? EXIT_CODES.ok : EXIT_CODES.usage;
  if (signalCode !== undefined) {
    const message = isErrorNamed<ProgramError>(error, 'ProgramError')
      ? error.message
      : 'nothing was saved';
    process.stderr.write(`interrupted: ${message}\n`);
    return signalCode;
  }
  const known = explain(error);
  process.stderr.write(`error: ${known ? printable(known.message) : defect(error)}\n`);
  return known?.exitCode ?? EXIT_CODES.unexpected;
}

/** With the stack: somebody has to find it. */
function defect(error: unknown): string {
  return printableLines(error instanceof Error ? (error.stack ?? error.message) : String(error));
}
