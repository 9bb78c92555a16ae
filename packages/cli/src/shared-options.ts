/** Options and help that commands share. */
import type { Command } from 'commander';

/** Adds the options of `OutputOptions`. */
export function addOutputOptions(command: Command): Command {
  return command
    .option('-q, --quiet', 'print results only')
    .option('--json', 'print one JSON document on standard output, all else on standard error')
    .option('--no-color', 'print without colors');
}

/** Adds examples to the end of a command's help. */
export function addExamples(command: Command, examples: readonly string[]): Command {
  return command.addHelpText(
    'after',
    `\nExamples:\n${examples.map((line) => `  $ ${line}\n`).join('')}`,
  );
}
