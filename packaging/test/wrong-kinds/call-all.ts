/** Runs the program that calls everything, again from where a call ended it. */
import { buildSync } from 'esbuild';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { workspace } from '../pack.ts';
import { plainEnvironment } from '../programs.ts';

/** A call that ended otherwise than it should. */
export interface Fault {
  readonly call: string;
  readonly fault: string;
}

/** What came of many calls. */
export interface Outcome {
  readonly faults: readonly Fault[];
  /** All that was there to be called. */
  readonly targets: readonly string[];
}

/** A call that takes longer is ended with its process; far above what any should take. */
const WATCHDOG_MS = 60_000;

function bundle(entry: string, outfile: string): void {
  buildSync({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['@convnet/source'],
    external: ['fast-check', 'express', 'helmet'],
  });
}

interface Run {
  readonly lines: readonly string[];
  readonly end: string;
  /** The last call that began: a line of JSON. */
  readonly reached: string | undefined;
}

function run(program: string, args: readonly string[], cwd: string): Promise<Run> {
  const options = ['--max-old-space-size=2048', '--unhandled-rejections=none'];
  const child = spawn(process.execPath, [...options, program, ...args], {
    cwd,
    env: plainEnvironment({ XDG_STATE_HOME: cwd, XDG_CACHE_HOME: cwd }),
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  let [printed, errors, begun] = ['', '', ''];
  let reached: string | undefined;
  let isAlive = false;
  const killed: string[] = [];
  child.stdout!.on('data', (text: Buffer) => (printed += text.toString()));
  child.stderr!.on('data', (text: Buffer) => (errors = (errors + text.toString()).slice(0, 2000)));
  (child.stdio[3] as Readable).on('data', (text: Buffer) => {
    const lines = (begun + text.toString()).split('\n');
    begun = lines.pop()!;
    reached = lines.at(-1) ?? reached;
    isAlive = true;
  });
  const watchdog = setInterval(() => {
    if (!isAlive) {
      killed.push(`has not ended in ${WATCHDOG_MS} ms`);
      child.kill('SIGKILL');
    }
    isAlive = false;
  }, WATCHDOG_MS);
  return new Promise((resolve) => {
    child.on('close', (code, signal) => {
      clearInterval(watchdog);
      const died = code === 0 ? '' : `ended the process: ${String(signal ?? code)} ${errors}`;
      resolve({ lines: printed.split('\n').filter(Boolean), end: killed[0] ?? died, reached });
    });
  });
}

/** Calls everything `count` times in all. */
export async function callAll(seed: number, count: number): Promise<Outcome> {
  const root = path.join(workspace, 'packaging', 'out-tsc');
  mkdirSync(root, { recursive: true });
  const folder = mkdtempSync(path.join(root, 'wrong-kinds-'));
  try {
    const program = path.join(folder, 'program.mjs');
    bundle(fileURLToPath(new URL('program.ts', import.meta.url)), program);
    const copy = path.join(folder, 'copy.mjs');
    bundle(path.join(workspace, 'packages', 'tensor', 'src', 'index.ts'), copy);
    const cwd = path.join(folder, 'files');
    mkdirSync(cwd);
    const faults: Fault[] = [];
    for (let first = 0; ;) {
      const args = [seed, count, first].map(String);
      const { lines, end, reached } = await run(program, [...args, copy], cwd);
      const read = lines.map((line) => JSON.parse(line) as Fault | Pick<Outcome, 'targets'>);
      for (const line of read) {
        if ('targets' in line) return { faults, targets: line.targets };
        faults.push(line);
      }
      if (reached === undefined) throw new Error(`the program does not begin: ${end}`);
      const { index, call } = JSON.parse(reached) as { index: number; call: string };
      faults.push({ call, fault: end });
      first = index + 1;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
