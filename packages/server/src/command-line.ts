/** Flags of the program and their environment variables; a flag outweighs its variable. */
import { EXIT_CODES } from '@convnet/convnet/node';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { version } from '../package.json';
import { DEFAULT_MODEL_NAME } from './served-model.ts';

/** The user's choices. */
export interface CommandLine {
  readonly port: number;
  readonly host: string;
  /** File of the network; by default the newest trained, or the one that is shipped. */
  readonly model?: string;
  readonly name: string;
  /** Longest drain in seconds. */
  readonly grace: number;
}

const MAX_PORT = 65_535;
const MAX_GRACE_SECONDS = 3600;
/** Names that need no escaping in a URL and cannot be taken for a path. */
const MODEL_NAME = /^[A-Za-z0-9][\w.-]{0,99}$/;

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= MAX_PORT) return port;
  throw new InvalidArgumentError(
    `Expected a whole number from 0 to ${MAX_PORT}; 0 is any free one.`,
  );
}

function parseGrace(text: string): number {
  const seconds = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && seconds <= MAX_GRACE_SECONDS) return seconds;
  throw new InvalidArgumentError(`Expected seconds from 0 to ${MAX_GRACE_SECONDS}.`);
}

function parseName(text: string): string {
  if (MODEL_NAME.test(text)) return text;
  throw new InvalidArgumentError(
    'Expected up to 100 letters, digits, _, . and -, beginning with a letter or digit.',
  );
}

function parseText(text: string): string {
  if (text.trim() !== '') return text;
  throw new InvalidArgumentError('Expected some text.');
}

function program(): Command {
  return new Command('convnet-server')
    .description('Serve a convolutional network: a page to draw digits on, and an inference API.')
    .version(version)
    .configureOutput({
      outputError: (text, write) => {
        write(text.replace(/^error: /, 'convnet-server: '));
      },
    })
    .addOption(
      new Option('--port <number>', 'port to listen on; 0 takes any free one')
        .env('CONVNET_PORT')
        .default(3000)
        .argParser(parsePort),
    )
    .addOption(
      new Option('--host <address>', 'address to listen on; 0.0.0.0 lets other machines in')
        .env('CONVNET_HOST')
        .default('127.0.0.1')
        .argParser(parseText),
    )
    .addOption(
      new Option('--model <file>', 'model to serve (default: the newest trained, or the shipped)')
        .env('CONVNET_MODEL')
        .argParser(parseText),
    )
    .addOption(
      new Option('--name <name>', 'name of the model in the API')
        .default(DEFAULT_MODEL_NAME)
        .argParser(parseName),
    )
    .addOption(
      new Option('--grace <seconds>', 'time for open requests to finish when the server stops')
        .default(10)
        .argParser(parseGrace),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  convnet-server --port 8080\n  convnet-server --model lenet5.safetensors --host 0.0.0.0',
    );
}

/**
 * Reads the arguments after the program's name.
 *
 * @returns the choices; or, after a message to the terminal, the code to exit with: 0 for
 * `--help` and `--version`, 2 for anything that is not understood.
 */
export function readCommandLine(args: readonly string[]): CommandLine | number {
  try {
    return program().exitOverride().parse(args, { from: 'user' }).opts<CommandLine>();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : EXIT_CODES.usage;
  }
}
