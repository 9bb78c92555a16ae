/**
 * Runs code against the built package in a process of its own, plain Node without any loader, so
 * that its time and memory are those of a program that uses the package.
 */
import { execFile } from 'node:child_process';
import fs from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'vite';

const source = fileURLToPath(new URL('../src', import.meta.url));

/** What a process did. */
export interface Measured {
  /** What its code returned. */
  readonly result: unknown;
  /** Processor time from before the code to after it, without the start of Node. */
  readonly milliseconds: number;
  /** The most memory it ever had resident, and what Node itself had before the code, in MiB. */
  readonly peakMiB: number;
  readonly baseMiB: number;
}

/** Builds both entries of the package into a folder. */
export async function buildPackage(folder: string): Promise<void> {
  const conditions = ['@convnet/source'];
  await build({
    configFile: false,
    logLevel: 'silent',
    ssr: { noExternal: true, resolve: { conditions } },
    build: {
      ssr: true,
      outDir: folder,
      rollupOptions: {
        input: { index: `${source}/index.ts`, node: `${source}/node/index.ts` },
        output: { entryFileNames: '[name].mjs' },
      },
    },
  });
}

/**
 * Runs the body of an async function, in which `io` is the main entry, `node` the other, and `file`
 * the argument.
 */
export async function measured(folder: string, body: string, file = ''): Promise<Measured> {
  const script = path.join(folder, 'script.mjs');
  await fs.writeFile(
    script,
    `import * as io from './index.mjs';
import * as node from './node.mjs';
import { readFileSync } from 'node:fs';
// Linux counts the parent's memory in maxRSS.
const peak = () => {
  const kibibytes = process.platform === 'linux'
    ? Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1])
    : process.resourceUsage().maxRSS;
  return kibibytes / 1024;
};
const file = process.argv[2];
const baseMiB = peak();
const start = process.cpuUsage();
const result = await (async () => {${body}})();
const { user, system } = process.cpuUsage(start);
const milliseconds = (user + system) / 1000;
console.log(JSON.stringify({ result, milliseconds, peakMiB: peak(), baseMiB }));
`,
  );
  const { stdout } = await promisify(execFile)(process.execPath, [script, file]);
  return JSON.parse(stdout) as Measured;
}

/** Code that reads a file by batches of `size` and returns the sum of all its bytes. */
export function sumOfBatches(size: number): string {
  return `let sum = 0;
    const stream = await node.openIdxFile(file);
    for await (const { data } of stream.batches({ size: ${size} })) {
      for (let i = 0; i < data.length; i++) sum += data[i];
    }
    return sum;`;
}
