#!/usr/bin/env node
/** The program `convnet-server`: chooses a network, serves it, says where. */
import { printable, isErrorNamed } from '@convnet/convnet';
import { existsSync } from 'node:fs';
import { EXIT_CODES, ProgramError, systemErrorCode } from '@convnet/convnet/node';
import { chooseModel, type ChosenModel } from './choose-model.ts';
import { readCommandLine, type CommandLine } from './command-line.ts';
import { PAGE_FOLDER } from './package-files.ts';
import { BUILD_PAGE_ADVICE } from './page-routes.ts';
import { serveModel } from './served-model.ts';
import { startServer, type RunningServer } from './start-server.ts';
import { stopOnSignals } from './stop-on-signals.ts';

async function listen(
  { port, host, name, grace }: CommandLine,
  { model }: ChosenModel,
): Promise<RunningServer> {
  try {
    const models = [serveModel(model, { name })];
    return await startServer({ models, port, host, graceSeconds: grace });
  } catch (error) {
    throw asAddressError(error, host, port);
  }
}

function asAddressError(error: unknown, host: string, port: number): unknown {
  const code = systemErrorCode(error);
  const elsewhere = `--host ${host} is not an address of this machine. Use 127.0.0.1, or 0.0.0.0 to let other machines in.`;
  const problems: Readonly<Record<string, string>> = {
    EADDRINUSE: `port ${port} on ${host} is in use by another program. Stop that one, or choose another port with --port; 0 takes any free one.`,
    EACCES: `port ${port} needs more rights than you have. Choose one from 1024 up with --port.`,
    EADDRNOTAVAIL: elsewhere,
    ENOTFOUND: elsewhere,
    EAI_AGAIN: elsewhere,
  };
  const problem = problems[code ?? ''];
  return problem ? new ProgramError('unavailable', problem, { cause: error }) : error;
}

function describe(name: string, { model, origin }: ChosenModel): string {
  const { testAccuracy } = model.info;
  const accuracy = testAccuracy === undefined ? 'unknown' : `${(testAccuracy * 100).toFixed(2)} %`;
  return printable(`Serving "${name}": ${model.name}, test accuracy ${accuracy}, ${origin}`);
}

async function run(choices: CommandLine): Promise<void> {
  const chosen = await chooseModel(choices.model);
  const server = await listen(choices, chosen);
  stopOnSignals(server, choices.grace);
  console.log(describe(choices.name, chosen));
  if (!existsSync(PAGE_FOLDER)) console.error(`The page has not been built. ${BUILD_PAGE_ADVICE}`);
  console.log(`Draw digits at ${server.url} (API: ${server.url}v2). Ctrl-C stops.`);
}

const choices = readCommandLine(process.argv.slice(2));
if (typeof choices === 'number') {
  process.exitCode = choices;
} else {
  run(choices).catch((error: unknown) => {
    const isForUsers = isErrorNamed<ProgramError>(error, 'ProgramError');
    console.error(isForUsers ? `convnet-server: ${error.message}` : error);
    process.exitCode = isForUsers ? error.exitCode : EXIT_CODES.internal;
  });
}
